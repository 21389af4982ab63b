import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedFrameError } from './frame-reader.ts';
import {
  decodeStockMessage,
  encodeAwareness,
  encodeDenied,
  encodeQueryAwareness,
  encodeSyncStep1,
  encodeSyncStep2,
  encodeSyncUpdate,
  type StockMessage,
} from './stock-frames.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

function encode(message: StockMessage): Uint8Array {
  if (message.type === 'step1') return encodeSyncStep1(message.stateVector);
  if (message.type === 'step2') return encodeSyncStep2(message.bytes);
  if (message.type === 'update') return encodeSyncUpdate(message.bytes);
  if (message.type === 'awareness') return encodeAwareness(message.bytes);
  if (message.type === 'denied') return encodeDenied(message.reason);
  return encodeQueryAwareness();
}

const stockMessage: fc.Arbitrary<StockMessage> = fc.oneof(
  fc.record({ type: fc.constant('step1' as const), stateVector: bytes }),
  fc.record({ type: fc.constant('step2' as const), bytes }),
  fc.record({ type: fc.constant('update' as const), bytes }),
  fc.record({ type: fc.constant('awareness' as const), bytes }),
  fc.constant({ type: 'query-awareness' } as const),
  fc.record({ type: fc.constant('denied' as const), reason: fc.string({ maxLength: 50 }) }),
);

describe('y-websocket frames', () => {
  it('[W10] every message comes back from its frame', () => {
    fc.assert(
      fc.property(stockMessage, (message) => {
        expect(decodeStockMessage(encode(message))).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });

  it('[W10] the frames are those of y-protocols', () => {
    const one = new Uint8Array([9]);
    expect([...encodeSyncStep1(one)]).toEqual([0, 0, 1, 9]);
    expect([...encodeSyncStep2(one)]).toEqual([0, 1, 1, 9]);
    expect([...encodeSyncUpdate(one)]).toEqual([0, 2, 1, 9]);
    expect([...encodeAwareness(one)]).toEqual([1, 1, 9]);
    expect([...encodeQueryAwareness()]).toEqual([3]);
    expect([...encodeDenied('n')]).toEqual([2, 0, 1, 110]);
  });

  it('[W11] truncated, unknown, oversized and over-long frames are malformed', () => {
    fc.assert(
      fc.property(stockMessage, fc.nat(255), (message, extra) => {
        const frame = encode(message);
        for (let length = 0; length < frame.length; length += 1) {
          expect(() => decodeStockMessage(frame.subarray(0, length))).toThrow(MalformedFrameError);
        }
        expect(() => decodeStockMessage(new Uint8Array([...frame, extra]))).toThrow(
          MalformedFrameError,
        );
        expect(() => decodeStockMessage(frame, frame.length - 1)).toThrow(MalformedFrameError);
      }),
    );
    for (const frame of [[4], [0, 3, 0], [2, 1, 0], []]) {
      expect(() => decodeStockMessage(new Uint8Array(frame))).toThrow(MalformedFrameError);
    }
  });

  it('[W11] random bytes give a message or a malformed frame, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (frame) => {
        try {
          decodeStockMessage(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
