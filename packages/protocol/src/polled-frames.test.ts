import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PIECE_BYTES, PieceJoiner, piecesOf } from './polled-frames.ts';

describe('frames in pieces', () => {
  it('[W61] come together again, whatever their sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * MAX_PIECE_BYTES), { maxLength: 4 }), (sizes) => {
        const joiner = new PieceJoiner(3 * MAX_PIECE_BYTES);
        for (const [i, size] of sizes.entries()) {
          const frame = new Uint8Array(size).fill(i + 1);
          frame[0] = 255;
          const pieces = piecesOf(frame);
          expect(Math.max(...pieces.map((piece) => piece.byteLength))).toBeLessThanOrEqual(
            MAX_PIECE_BYTES,
          );
          for (const piece of pieces.slice(0, -1)) expect(joiner.add(piece)).toBe(true);
          const whole = joiner.finish(pieces.at(-1)!);
          expect(Buffer.compare(whole!, frame)).toBe(0);
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('[W61] are held up to the bound of a frame', () => {
    const joiner = new PieceJoiner(10);
    expect(joiner.add(new Uint8Array(6))).toBe(true);
    expect(joiner.add(new Uint8Array(6))).toBe(false);
    expect(new PieceJoiner(10).finish(new Uint8Array(11))).toBeNull();
    const late = new PieceJoiner(10);
    late.add(new Uint8Array(6));
    expect(late.finish(new Uint8Array(5))).toBeNull();
  });
});
