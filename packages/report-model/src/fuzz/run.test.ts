import { expect, it } from 'vitest';
import { Ledger } from './ledger.ts';
import { Random } from './random.ts';
import { runStructureFuzz } from './run.ts';

/** Enough to find a rule that is broken; `main.ts` runs the long campaign. */
const RUNS = 1_000;
const UNDO_RUNS = 250;

/** On a machine that is busy with other things. */
const TIMEOUT_MS = 180_000;

/** A run in which everything went well. */
const CLEAN = { losses: [], divergences: [], changedAuthors: [], surprises: [] };

/** What went wrong in the runs from seed 1 on. */
function failures(runs: number, options: { readonly undo: boolean }): string[] {
  const failed: string[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const { losses, divergences, changedAuthors, surprises } = runStructureFuzz(seed, options);
    for (const problem of [...losses, ...divergences, ...changedAuthors, ...surprises]) {
      failed.push(`seed ${seed}: ${problem}`);
    }
  }
  return failed;
}

it(
  '[D20] no word is lost, doubled or given another author, and all copies agree',
  () => expect(failures(RUNS, { undo: false })).toEqual([]),
  TIMEOUT_MS,
);

it(
  '[D18] no word is lost or doubled while somebody takes back what they did',
  () => expect(failures(UNDO_RUNS, { undo: true })).toEqual([]),
  TIMEOUT_MS,
);

/** Seeds in which undoing a table or a row took words that were being typed in it. */
const FOUND_BY_UNDO = [294, 297, 324, 869, 872, 1_225];

for (const seed of FOUND_BY_UNDO) {
  it(`[D18] seed ${seed} stays clean with undo`, () => {
    expect(runStructureFuzz(seed, { undo: true })).toMatchObject(CLEAN);
  });
}

/** Seeds that found something, with what it was. */
const FOUND: readonly (readonly [number, string])[] = [
  [5_329, "Y.Text's tidying after a remote change took formatting from one copy"],
  [1_003_040, 'a continuation shown first joined what it was moved behind'],
  [490, 'a deleted head that was shown again vanished when blocks were added after it'],
];

for (const [seed, what] of FOUND) {
  it(`[D20] seed ${seed} stays clean (${what})`, () => {
    expect(runStructureFuzz(seed)).toMatchObject(CLEAN);
  });
}

it('the ledger notices words that are lost, doubled, back again or somebody else’s', () => {
  const ledger = new Ledger();
  const random = new Random(1);
  const [kept, gone, cut] = [1, 1, 2].map((client) => ledger.word(random, client));
  const text = `${kept} ${gone} ${cut}`;
  ledger.deletes(text, 9, 20);
  expect(ledger.losses(`${kept} xx`)).toEqual([]);
  expect(ledger.losses('')).toEqual([`${kept} seen 0 times`]);
  expect(ledger.losses(`${kept}${kept}`)).toEqual([`${kept} seen 2 times`]);
  expect(ledger.losses(`${kept}${gone}`)).toEqual([`${gone} came back`]);
  expect(ledger.changedAuthors([{ client: 1, text: kept ?? '' }])).toEqual([]);
  expect(ledger.changedAuthors([{ client: 2, text: kept ?? '' }])).toEqual([kept]);
});
