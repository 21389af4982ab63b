import { parseArgs } from 'node:util';
import { Random, runStructureFuzz } from '@plenary/report-model/fuzz';
import { ours } from './structure/ours.ts';
import { OPERATIONS, drawTrial } from './structure/trial.ts';
import type { Mapping, Operation, Outcome } from './structure/trial.ts';
import { yProsemirror, yTiptap } from './structure/xml-mapping.ts';

/**
 * The structure fuzz: the long campaign over our format (`--runs`, two or three people, online and
 * offline, every operation), and side by side with y-prosemirror what one operation does to a word
 * typed at the same time (`--trials` each). `--seed` makes both repeatable.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    trials: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
});
const MAPPINGS = [ours, yProsemirror, yTiptap];
const seed = Number(values.seed);

compare(Number(values.trials));
campaign(Number(values.runs));

function compare(trials: number): void {
  console.log(
    `One person changes a paragraph, another types a word in it: ${trials} trials, seed ${seed}`,
  );
  console.log('word lost · word in a wrong place · text changed its author · copies differ\n');
  console.log(`| operation | ${MAPPINGS.map((mapping) => mapping.name).join(' | ')} |`);
  console.log(`| ---${' | ---'.repeat(MAPPINGS.length)} |`);
  for (const operation of OPERATIONS) {
    const cells = MAPPINGS.map((mapping) => tally(mapping, operation, trials));
    console.log(`| ${operation} | ${cells.join(' | ')} |`);
  }
}

function tally(mapping: Mapping, operation: Operation, trials: number): string {
  const random = new Random(seed);
  const outcomes: Outcome[] = [];
  for (let at = 0; at < trials; at += 1) outcomes.push(mapping.run(drawTrial(random, operation)));
  const lost = outcomes.filter((outcome) => outcome.isLost).length;
  const astray = outcomes.filter((outcome) => outcome.isAstray).length;
  const authors = outcomes.filter((outcome) => outcome.changedAuthors > 0).length;
  const differ = outcomes.filter((outcome) => outcome.isDifferent).length;
  return `${lost} · ${astray} · ${authors} · ${differ}`;
}

function campaign(runs: number): void {
  const totals = { operations: 0, words: 0, losses: 0, divergences: 0, authors: 0, surprises: 0 };
  const started = performance.now();
  for (let at = 0; at < runs; at += 1) {
    const result = runStructureFuzz(seed + at);
    totals.operations += result.deeds;
    totals.words += result.words;
    totals.losses += result.losses.length;
    totals.divergences += result.divergences.length;
    totals.authors += result.changedAuthors.length;
    totals.surprises += result.surprises.length;
    const problems = [...result.losses, ...result.divergences, ...result.changedAuthors];
    if (problems.length > 0) console.log(`seed ${result.seed}: ${problems.slice(0, 3).join('; ')}`);
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  console.log(
    `\nCampaign: ${runs} runs from seed ${seed}, ${totals.operations} operations, ` +
      `${totals.words} words, ${seconds} s`,
  );
  console.log(
    `words lost ${totals.losses}, documents that differ ${totals.divergences}, authors changed ` +
      `${totals.authors}, operations gone astray ${totals.surprises}`,
  );
  const failed = totals.losses + totals.divergences + totals.authors + totals.surprises;
  process.exitCode = failed > 0 ? 1 : 0;
}
