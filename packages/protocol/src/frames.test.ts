import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Access } from './access.ts';
import { MalformedFrameError } from './frame-reader.ts';
import {
  READ_REASONS,
  REFUSAL_REASONS,
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from './frames.ts';
import { MAX_CLIENT_FRAME_BYTES, MAX_ID_BYTES } from './wire-limits.ts';
import type { ClientMessage, ServerMessage } from './wire.ts';

const uint = fc.maxSafeNat();
const id = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => byteLength(text) <= 128);
const bytes = fc.uint8Array({ maxLength: 300 });
const access: fc.Arbitrary<Access> = fc.oneof(
  fc.constant({ mode: 'none' } as const),
  fc.constant({ mode: 'write' } as const),
  fc.constantFrom(...READ_REASONS).map((reason) => ({ mode: 'read', reason }) as const),
);

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('open' as const),
    ref: uint,
    chapterId: id,
    schemaVersion: uint,
    generation: id,
    position: uint,
  }),
  fc.record({ type: fc.constant('close' as const), room: uint }),
  fc.record({ type: fc.constant('update' as const), room: uint, seq: uint, bytes }),
  fc.record({ type: fc.constant('presence' as const), room: uint, bytes }),
  fc.record({ type: fc.constant('ping' as const), nonce: uint }),
);

const serverMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({
    type: fc.constant('opened' as const),
    ref: uint,
    room: uint,
    generation: id,
    access,
    resumed: fc.boolean(),
    head: uint,
  }),
  fc.record({ type: fc.constant('state' as const), room: uint, position: uint, bytes }),
  fc.record({
    type: fc.constant('updates' as const),
    room: uint,
    from: uint,
    position: uint,
    bytes,
  }),
  fc.record({ type: fc.constant('ack' as const), room: uint, seq: uint, position: uint }),
  fc.record({
    type: fc.constant('refused' as const),
    room: uint,
    seq: uint,
    reason: fc.constantFrom(...REFUSAL_REASONS),
  }),
  fc.record({ type: fc.constant('access' as const), room: uint, access }),
  fc.record({ type: fc.constant('presence' as const), room: uint, bytes }),
  fc.record({ type: fc.constant('missing' as const), room: uint, stateVector: bytes }),
  fc.record({ type: fc.constant('stale' as const), ref: uint, generation: id }),
  fc.record({ type: fc.constant('closed' as const), ref: uint, room: uint, code: uint }),
  fc.record({ type: fc.constant('pong' as const), nonce: uint }),
);

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Decodes, and tells a clean refusal from a message; anything else thrown fails the test. */
function attempt<T>(decode: (frame: Uint8Array) => T, frame: Uint8Array): T | 'malformed' {
  try {
    return decode(frame);
  } catch (error) {
    if (error instanceof MalformedFrameError) return 'malformed';
    throw error;
  }
}

describe('plenary.v1 frames', () => {
  it('[W20] every client message comes back from its frame', () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        expect(decodeClientMessage(encodeClientMessage(message))).toEqual(message);
      }),
    );
  });

  it('[W20] every server message comes back from its frame', () => {
    fc.assert(
      fc.property(serverMessage, (message) => {
        expect(decodeServerMessage(encodeServerMessage(message))).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });

  it('[W20] the frames are, byte for byte, the ones of the specification', () => {
    const hex = (frame: Uint8Array) => Buffer.from(frame).toString('hex');
    const one = new Uint8Array([1]);
    expect(
      hex(
        encodeClientMessage({
          type: 'open',
          ref: 7,
          chapterId: 'c',
          schemaVersion: 1,
          generation: 'g',
          position: 300,
        }),
      ),
    ).toBe('01070163010167ac02');
    expect(hex(encodeClientMessage({ type: 'close', room: 5 }))).toBe('0205');
    expect(hex(encodeClientMessage({ type: 'update', room: 5, seq: 2, bytes: one }))).toBe(
      '0305020101',
    );
    expect(hex(encodeClientMessage({ type: 'presence', room: 5, bytes: one }))).toBe('04050101');
    expect(hex(encodeClientMessage({ type: 'ping', nonce: 9 }))).toBe('0509');
    expect(
      hex(
        encodeServerMessage({
          type: 'opened',
          ref: 7,
          room: 5,
          generation: 'g',
          access: { mode: 'read', reason: 'frozen' },
          resumed: true,
          head: 4,
        }),
      ),
    ).toBe('4107050167030104');
    expect(hex(encodeServerMessage({ type: 'state', room: 5, position: 4, bytes: one }))).toBe(
      '4205040101',
    );
    expect(
      hex(encodeServerMessage({ type: 'updates', room: 5, from: 3, position: 4, bytes: one })),
    ).toBe('430503040101');
    expect(hex(encodeServerMessage({ type: 'ack', room: 5, seq: 2, position: 4 }))).toBe(
      '44050204',
    );
    expect(hex(encodeServerMessage({ type: 'refused', room: 5, seq: 2, reason: 'foreign' }))).toBe(
      '45050202',
    );
    expect(hex(encodeServerMessage({ type: 'access', room: 5, access: { mode: 'write' } }))).toBe(
      '460501',
    );
    expect(hex(encodeServerMessage({ type: 'presence', room: 5, bytes: one }))).toBe('47050101');
    expect(hex(encodeServerMessage({ type: 'missing', room: 5, stateVector: one }))).toBe(
      '48050101',
    );
    expect(hex(encodeServerMessage({ type: 'stale', ref: 7, generation: 'g' }))).toBe('49070167');
    expect(hex(encodeServerMessage({ type: 'closed', ref: 7, room: 5, code: 4403 }))).toBe(
      '4a0705b322',
    );
    expect(hex(encodeServerMessage({ type: 'pong', nonce: 9 }))).toBe('4b09');
  });

  it('[W21] a truncated frame is malformed, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.oneof(clientMessage.map(encodeClientMessage)), (frame) => {
        for (let length = 0; length < frame.length; length += 1) {
          expect(attempt(decodeClientMessage, frame.subarray(0, length))).toBe('malformed');
        }
      }),
    );
    fc.assert(
      fc.property(serverMessage.map(encodeServerMessage), (frame) => {
        for (let length = 0; length < frame.length; length += 1) {
          expect(attempt(decodeServerMessage, frame.subarray(0, length))).toBe('malformed');
        }
      }),
    );
  });

  it('[W21] bytes after the end of a message make the frame malformed', () => {
    fc.assert(
      fc.property(clientMessage, fc.uint8Array({ minLength: 1, maxLength: 4 }), (message, rest) => {
        const frame = new Uint8Array([...encodeClientMessage(message), ...rest]);
        expect(attempt(decodeClientMessage, frame)).toBe('malformed');
      }),
    );
    fc.assert(
      fc.property(serverMessage, fc.uint8Array({ minLength: 1, maxLength: 4 }), (message, rest) => {
        const frame = new Uint8Array([...encodeServerMessage(message), ...rest]);
        expect(attempt(decodeServerMessage, frame)).toBe('malformed');
      }),
    );
  });

  it('[W21] unknown kinds, accesses, reasons and flags are malformed', () => {
    for (const frame of [[0], [6], [255], [65, 1, 1]]) {
      expect(attempt(decodeClientMessage, new Uint8Array(frame))).toBe('malformed');
    }
    for (const frame of [
      [1, 0],
      [76, 1],
      [70, 5, 2 + READ_REASONS.length],
      [69, 5, 2, REFUSAL_REASONS.length],
      [65, 7, 5, 0, 1, 2, 0],
    ]) {
      expect(attempt(decodeServerMessage, new Uint8Array(frame))).toBe('malformed');
    }
  });

  it('[W21] ids that are too long or not UTF-8, and numbers beyond 2^53 - 1, are malformed', () => {
    const long = encodeClientMessage({
      type: 'open',
      ref: 1,
      chapterId: 'x'.repeat(MAX_ID_BYTES + 1),
      schemaVersion: 1,
      generation: '',
      position: 0,
    });
    expect(attempt(decodeClientMessage, long)).toBe('malformed');
    const notUtf8 = new Uint8Array([1, 7, 1, 0xff, 1, 0, 0]);
    expect(attempt(decodeClientMessage, notUtf8)).toBe('malformed');
    const tooBig = new Uint8Array([5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    expect(attempt(decodeClientMessage, tooBig)).toBe('malformed');
  });

  it('[W21] a frame above the limit is refused before it is read', () => {
    const frame = new Uint8Array(MAX_CLIENT_FRAME_BYTES + 1);
    frame[0] = 5;
    expect(attempt(decodeClientMessage, frame)).toBe('malformed');
  });

  it('[W21] random and mutated bytes give a message or a malformed frame, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (frame) => {
        attempt(decodeClientMessage, frame);
        attempt(decodeServerMessage, frame);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(clientMessage, fc.nat(), fc.nat(255), (message, at, value) => {
        const frame = encodeClientMessage(message);
        frame[at % frame.length] = value;
        const decoded = attempt(decodeClientMessage, frame);
        if (decoded !== 'malformed') {
          expect(attempt(decodeClientMessage, encodeClientMessage(decoded))).toEqual(decoded);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('[W21] a view into a larger buffer is never read beyond its end', () => {
    const buffer = new Uint8Array([9, 9, 3, 5, 2, 4, 1, 1, 1, 1]);
    expect(attempt(decodeClientMessage, buffer.subarray(2, 7))).toBe('malformed');
    expect(decodeClientMessage(buffer.subarray(2))).toMatchObject({ type: 'update', room: 5 });
  });
});
