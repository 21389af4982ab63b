import {
  createEncoder,
  toUint8Array,
  writeVarString,
  writeVarUint,
  writeVarUint8Array,
} from 'lib0/encoding';
import { FrameReader, MalformedFrameError } from './frame-reader.ts';
import { MAX_SERVER_FRAME_BYTES } from './wire-limits.ts';

/** Message types of the y-websocket protocol. */
export const STOCK_MESSAGE = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;

/** Message types inside a sync message (y-protocols, PROTOCOL.md). */
export const STOCK_SYNC = { step1: 0, step2: 1, update: 2 } as const;

/** One message of the y-websocket protocol; a frame carries exactly one. */
export type StockMessage =
  /** Asks for everything beyond `stateVector`. */
  | { readonly type: 'step1'; readonly stateVector: Uint8Array }
  /** Answers a step 1. */
  | { readonly type: 'step2'; readonly bytes: Uint8Array }
  | { readonly type: 'update'; readonly bytes: Uint8Array }
  | { readonly type: 'awareness'; readonly bytes: Uint8Array }
  | { readonly type: 'query-awareness' }
  /** The only kind there is says that access was denied; stock providers just print it. */
  | { readonly type: 'denied'; readonly reason: string };

/** Longest reason in a `denied` message, in bytes. */
const MAX_REASON_BYTES = 1024;

/** A frame that asks for everything beyond `stateVector`. */
export function encodeSyncStep1(stateVector: Uint8Array): Uint8Array {
  return encodeSync(STOCK_SYNC.step1, stateVector);
}

/** A frame that answers a step 1 with an update. */
export function encodeSyncStep2(update: Uint8Array): Uint8Array {
  return encodeSync(STOCK_SYNC.step2, update);
}

/** A frame with a new update. */
export function encodeSyncUpdate(update: Uint8Array): Uint8Array {
  return encodeSync(STOCK_SYNC.update, update);
}

/** A frame with a y-protocols awareness update. */
export function encodeAwareness(update: Uint8Array): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, STOCK_MESSAGE.awareness);
  writeVarUint8Array(encoder, update);
  return toUint8Array(encoder);
}

/** A frame that asks for everybody's presence. */
export function encodeQueryAwareness(): Uint8Array {
  return new Uint8Array([STOCK_MESSAGE.queryAwareness]);
}

/** A frame that says access was denied. */
export function encodeDenied(reason: string): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, STOCK_MESSAGE.auth);
  writeVarUint(encoder, 0);
  writeVarString(encoder, reason);
  return toUint8Array(encoder);
}

/**
 * The message in a stock frame of at most `maxBytes`. Throws `MalformedFrameError` on anything
 * truncated, unknown, oversized or with bytes after its end; what the update or the presence inside
 * says is not looked at. Byte fields are views into `frame`.
 */
export function decodeStockMessage(
  frame: Uint8Array,
  maxBytes: number = MAX_SERVER_FRAME_BYTES,
): StockMessage {
  const reader = new FrameReader(frame, maxBytes);
  const message = readStockMessage(reader);
  reader.end();
  return message;
}

function readStockMessage(reader: FrameReader): StockMessage {
  const type = reader.uint();
  switch (type) {
    case STOCK_MESSAGE.sync:
      return readSync(reader);
    case STOCK_MESSAGE.awareness:
      return { type: 'awareness', bytes: reader.bytes() };
    case STOCK_MESSAGE.queryAwareness:
      return { type: 'query-awareness' };
    case STOCK_MESSAGE.auth: {
      const kind = reader.uint();
      if (kind !== 0) throw new MalformedFrameError(`unknown auth message ${kind}`);
      return { type: 'denied', reason: reader.text(MAX_REASON_BYTES) };
    }
    default:
      throw new MalformedFrameError(`unknown message ${type}`);
  }
}

function readSync(reader: FrameReader): StockMessage {
  const step = reader.uint();
  switch (step) {
    case STOCK_SYNC.step1:
      return { type: 'step1', stateVector: reader.bytes() };
    case STOCK_SYNC.step2:
      return { type: 'step2', bytes: reader.bytes() };
    case STOCK_SYNC.update:
      return { type: 'update', bytes: reader.bytes() };
    default:
      throw new MalformedFrameError(`unknown sync message ${step}`);
  }
}

function encodeSync(step: number, bytes: Uint8Array): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, STOCK_MESSAGE.sync);
  writeVarUint(encoder, step);
  writeVarUint8Array(encoder, bytes);
  return toUint8Array(encoder);
}
