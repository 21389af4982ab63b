import { mulberry32 } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { fuzzRun } from '../testing/fuzz-run.ts';

/** More runs by hand: FUZZ_RUNS=5000 vitest run binding-fuzz. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 20);
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const CLEAN = { lost: [], isEqual: true, mismatches: [] };

/** What went wrong in a run, if anything. */
function outcome(
  seed: number,
  people: number,
  options: { composing?: boolean; inTable?: boolean },
) {
  try {
    const { lost, isEqual, mismatches } = fuzzRun(mulberry32(seed), people, options);
    return { lost, isEqual, mismatches };
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error });
  }
}

describe('several editors at once', () => {
  const ways = [
    ['', {}],
    [' while some compose', { composing: true }],
    [' in the cells of a table', { inTable: true }],
    [' in the cells of a table while some compose', { composing: true, inTable: true }],
  ] as const;
  for (const [how, options] of ways) {
    it(`keep page and document the same${how} and lose no word, seeds ${FIRST_SEED} to ${FIRST_SEED + RUNS - 1}`, () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
        expect({ seed, ...outcome(seed, 2 + (seed % 2), options) }).toEqual({ seed, ...CLEAN });
      }
    });
  }

  // A deleted first block that still had text went out of sight with it, and the numbers shifted.
  it('seed 1004: deletes all of a chapter whose first block was deleted before', () => {
    expect(outcome(1004, 2, {})).toEqual(CLEAN);
  });

  // The same, by deleting a range of text.
  it('seed 5821: deletes the text of a first block that was deleted before', () => {
    expect(outcome(5821, 3, {})).toEqual(CLEAN);
  });
});
