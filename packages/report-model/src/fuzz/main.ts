import { parseArgs } from 'node:util';
import { runStructureFuzz } from './run.ts';

/** Failures printed in full; the rest are counted. */
const MAX_SHOWN = 10;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    undo: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
const started = performance.now();
const totals = {
  words: 0,
  deeds: 0,
  losses: 0,
  divergences: 0,
  changedAuthors: 0,
  surprises: 0,
  failed: 0,
};

for (let at = 0; at < runs; at += 1) {
  const result = runStructureFuzz(seed + at, { undo: values.undo });
  totals.words += result.words;
  totals.deeds += result.deeds;
  totals.losses += result.losses.length;
  totals.divergences += result.divergences.length;
  totals.changedAuthors += result.changedAuthors.length;
  totals.surprises += result.surprises.length;
  const problems = [
    ...result.losses,
    ...result.divergences,
    ...result.changedAuthors,
    ...result.surprises,
  ];
  if (problems.length === 0) continue;
  totals.failed += 1;
  if (totals.failed > MAX_SHOWN) continue;
  process.stdout.write(`seed ${result.seed} (${result.connection}): ${problems.join('; ')}\n`);
}

const seconds = ((performance.now() - started) / 1_000).toFixed(1);
process.stdout.write(
  `structure fuzz: seeds ${seed}–${seed + runs - 1}, ${runs} runs, ${totals.deeds} operations, ` +
    `${totals.words} words in ${seconds} s\n` +
    `words lost ${totals.losses}, documents that differ ${totals.divergences}, ` +
    `authors changed ${totals.changedAuthors}, operations gone astray ${totals.surprises}, runs failed ${totals.failed}\n`,
);
process.exitCode = totals.failed > 0 ? 1 : 0;
