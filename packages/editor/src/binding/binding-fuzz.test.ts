import { mulberry32 } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { fuzzRun } from '../testing/fuzz-run.ts';

/** More runs by hand: FUZZ_RUNS=5000 vitest run binding-fuzz. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40);
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);

describe('several editors at once', () => {
  it(`keep page and document the same and lose no word, seeds ${FIRST_SEED} to ${FIRST_SEED + RUNS - 1}`, () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      const people = 2 + (seed % 2);
      let result;
      try {
        result = fuzzRun(mulberry32(seed), people, 120);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
      const { lost, isEqual, mismatches } = result;
      expect({ seed, lost, isEqual, mismatches }).toEqual({
        seed,
        lost: [],
        isEqual: true,
        mismatches: [],
      });
    }
  });

  // A deleted first block that still had text went out of sight with it, and the numbers shifted.
  it('seed 1004: deletes all of a chapter whose first block was deleted before', () => {
    const { lost, isEqual, mismatches } = fuzzRun(mulberry32(1004), 2, 120);
    expect({ lost, isEqual, mismatches }).toEqual({ lost: [], isEqual: true, mismatches: [] });
  });

  // The same, by deleting a range of text.
  it('seed 5821: deletes the text of a first block that was deleted before', () => {
    const { lost, isEqual, mismatches } = fuzzRun(mulberry32(5821), 3, 120);
    expect({ lost, isEqual, mismatches }).toEqual({ lost: [], isEqual: true, mismatches: [] });
  });
});
