import {
  createEncoder,
  toUint8Array,
  writeUint8,
  writeVarString,
  writeVarUint,
  writeVarUint8Array,
  type Encoder,
} from 'lib0/encoding';
import type { Access, ReadReason } from './access.ts';
import { FrameReader, MalformedFrameError } from './frame-reader.ts';
import { MAX_CLIENT_FRAME_BYTES, MAX_ID_BYTES, MAX_SERVER_FRAME_BYTES } from './wire-limits.ts';
import type { ClientMessage, RefusalReason, ServerMessage } from './wire.ts';

/** First byte of a client's frame. The numbers are the wire: never reused (wire.md W20). */
export const CLIENT_FRAME = { open: 1, close: 2, update: 3, presence: 4, ping: 5 } as const;

/** First byte of a server's frame. The numbers are the wire: never reused (wire.md W20). */
export const SERVER_FRAME = {
  opened: 65,
  state: 66,
  updates: 67,
  ack: 68,
  refused: 69,
  access: 70,
  presence: 71,
  missing: 72,
  stale: 73,
  closed: 74,
  pong: 75,
} as const;

/** Reasons for reading only, by their number on the wire (after `none` 0 and `write` 1). */
export const READ_REASONS = [
  'role',
  'frozen',
  'schema',
  'rights-unknown',
  'storage-full',
] as const satisfies readonly ReadReason[];

/** Reasons for a refusal, by their number on the wire. */
export const REFUSAL_REASONS = [
  'read-only',
  'frozen',
  'foreign',
  'too-large',
  'not-causal',
  'storage-full',
  'malformed',
] as const satisfies readonly RefusalReason[];

const ACCESS_TABLE: readonly Access[] = [
  { mode: 'none' },
  { mode: 'write' },
  ...READ_REASONS.map((reason) => ({ mode: 'read', reason }) as const),
];

/** One frame with a client's message. Numbers must be integers from 0 to 2^53 - 1. */
export function encodeClientMessage(message: ClientMessage): Uint8Array {
  const encoder = createEncoder();
  writeUint8(encoder, CLIENT_FRAME[message.type]);
  switch (message.type) {
    case 'open':
      writeVarUint(encoder, message.ref);
      writeVarString(encoder, message.chapterId);
      writeVarUint(encoder, message.schemaVersion);
      writeVarString(encoder, message.generation);
      writeVarUint(encoder, message.position);
      break;
    case 'close':
      writeVarUint(encoder, message.room);
      break;
    case 'update':
      writeVarUint(encoder, message.room);
      writeVarUint(encoder, message.seq);
      writeVarUint8Array(encoder, message.bytes);
      break;
    case 'presence':
      writeVarUint(encoder, message.room);
      writeVarUint8Array(encoder, message.bytes);
      break;
    case 'ping':
      writeVarUint(encoder, message.nonce);
      break;
  }
  return toUint8Array(encoder);
}

/**
 * The message in a client's frame. Throws `MalformedFrameError` on anything truncated, unknown,
 * oversized or with bytes after its end. Byte fields are views into `frame`.
 */
export function decodeClientMessage(frame: Uint8Array): ClientMessage {
  const reader = new FrameReader(frame, MAX_CLIENT_FRAME_BYTES);
  const message = readClientMessage(reader);
  reader.end();
  return message;
}

function readClientMessage(reader: FrameReader): ClientMessage {
  const kind = reader.byte();
  switch (kind) {
    case CLIENT_FRAME.open:
      return {
        type: 'open',
        ref: reader.uint(),
        chapterId: reader.text(MAX_ID_BYTES),
        schemaVersion: reader.uint(),
        generation: reader.text(MAX_ID_BYTES),
        position: reader.uint(),
      };
    case CLIENT_FRAME.close:
      return { type: 'close', room: reader.uint() };
    case CLIENT_FRAME.update:
      return { type: 'update', room: reader.uint(), seq: reader.uint(), bytes: reader.bytes() };
    case CLIENT_FRAME.presence:
      return { type: 'presence', room: reader.uint(), bytes: reader.bytes() };
    case CLIENT_FRAME.ping:
      return { type: 'ping', nonce: reader.uint() };
    default:
      throw new MalformedFrameError(`unknown frame ${kind}`);
  }
}

/** One frame with a server's message. Numbers must be integers from 0 to 2^53 - 1. */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  const encoder = createEncoder();
  writeUint8(encoder, SERVER_FRAME[message.type]);
  switch (message.type) {
    case 'opened':
      writeVarUint(encoder, message.ref);
      writeVarUint(encoder, message.room);
      writeVarString(encoder, message.generation);
      writeAccess(encoder, message.access);
      writeUint8(encoder, message.resumed ? 1 : 0);
      writeVarUint(encoder, message.head);
      break;
    case 'state':
      writeVarUint(encoder, message.room);
      writeVarUint(encoder, message.position);
      writeVarUint8Array(encoder, message.bytes);
      break;
    case 'updates':
      writeVarUint(encoder, message.room);
      writeVarUint(encoder, message.from);
      writeVarUint(encoder, message.position);
      writeVarUint8Array(encoder, message.bytes);
      break;
    case 'ack':
      writeVarUint(encoder, message.room);
      writeVarUint(encoder, message.seq);
      writeVarUint(encoder, message.position);
      break;
    case 'refused':
      writeVarUint(encoder, message.room);
      writeVarUint(encoder, message.seq);
      writeUint8(encoder, REFUSAL_REASONS.indexOf(message.reason));
      break;
    case 'access':
      writeVarUint(encoder, message.room);
      writeAccess(encoder, message.access);
      break;
    case 'presence':
      writeVarUint(encoder, message.room);
      writeVarUint8Array(encoder, message.bytes);
      break;
    case 'missing':
      writeVarUint(encoder, message.room);
      writeVarUint8Array(encoder, message.stateVector);
      break;
    case 'stale':
      writeVarUint(encoder, message.ref);
      writeVarString(encoder, message.generation);
      break;
    case 'closed':
      writeVarUint(encoder, message.ref);
      writeVarUint(encoder, message.room);
      writeVarUint(encoder, message.code);
      break;
    case 'pong':
      writeVarUint(encoder, message.nonce);
      break;
  }
  return toUint8Array(encoder);
}

/**
 * The message in a server's frame. Throws `MalformedFrameError` like `decodeClientMessage`. Byte
 * fields are views into `frame`.
 */
export function decodeServerMessage(frame: Uint8Array): ServerMessage {
  const reader = new FrameReader(frame, MAX_SERVER_FRAME_BYTES);
  const message = readServerMessage(reader);
  reader.end();
  return message;
}

function readServerMessage(reader: FrameReader): ServerMessage {
  const kind = reader.byte();
  switch (kind) {
    case SERVER_FRAME.opened:
      return {
        type: 'opened',
        ref: reader.uint(),
        room: reader.uint(),
        generation: reader.text(MAX_ID_BYTES),
        access: reader.oneOf(ACCESS_TABLE),
        resumed: reader.flag(),
        head: reader.uint(),
      };
    case SERVER_FRAME.state:
      return {
        type: 'state',
        room: reader.uint(),
        position: reader.uint(),
        bytes: reader.bytes(),
      };
    case SERVER_FRAME.updates:
      return {
        type: 'updates',
        room: reader.uint(),
        from: reader.uint(),
        position: reader.uint(),
        bytes: reader.bytes(),
      };
    case SERVER_FRAME.ack:
      return { type: 'ack', room: reader.uint(), seq: reader.uint(), position: reader.uint() };
    case SERVER_FRAME.refused:
      return {
        type: 'refused',
        room: reader.uint(),
        seq: reader.uint(),
        reason: reader.oneOf(REFUSAL_REASONS),
      };
    case SERVER_FRAME.access:
      return { type: 'access', room: reader.uint(), access: reader.oneOf(ACCESS_TABLE) };
    case SERVER_FRAME.presence:
      return { type: 'presence', room: reader.uint(), bytes: reader.bytes() };
    case SERVER_FRAME.missing:
      return { type: 'missing', room: reader.uint(), stateVector: reader.bytes() };
    case SERVER_FRAME.stale:
      return { type: 'stale', ref: reader.uint(), generation: reader.text(MAX_ID_BYTES) };
    case SERVER_FRAME.closed:
      return { type: 'closed', ref: reader.uint(), room: reader.uint(), code: reader.uint() };
    case SERVER_FRAME.pong:
      return { type: 'pong', nonce: reader.uint() };
    default:
      throw new MalformedFrameError(`unknown frame ${kind}`);
  }
}

function writeAccess(encoder: Encoder, access: Access): void {
  switch (access.mode) {
    case 'none':
      writeUint8(encoder, 0);
      break;
    case 'write':
      writeUint8(encoder, 1);
      break;
    case 'read':
      writeUint8(encoder, 2 + READ_REASONS.indexOf(access.reason));
      break;
  }
}
