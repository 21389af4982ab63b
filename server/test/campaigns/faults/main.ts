/**
 * `npm run test:faults`: disturbs three nodes while people write through all of them, and holds them
 * to one text soon after. Ends with 1 when something was not as promised; the seed repeats the draw.
 */
import { parseArgs } from 'node:util';
import { loadTrace } from '@plenary/testing';
import { quantile } from './echo-probe.ts';
import { runFaultCampaign } from './fault-campaign.ts';
import { withStand } from '../with-stand.ts';
import { startFaultStand } from './fault-stand.ts';

const USAGE = `npm run test:faults -- [options]

  --runs N     how often something goes wrong (1000)
  --within MS  how long everybody may take to have one text again (2000)
  --seed N     the draw of nodes and texts (the time of day)
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    within: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', default: false },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help) print(USAGE);
else await run();

async function run(): Promise<void> {
  const trace = loadTrace('sveltecomponent');
  if (trace === null) throw new Error('the editing traces are needed: set PLENARY_DATA');
  const seed = Number(values.seed);
  print(`seed ${seed}`);
  const stand = await startFaultStand();
  const { disturbances, faults } = await withStand(stand, () =>
    runFaultCampaign({
      stand,
      trace,
      seed,
      runs: Number(values.runs),
      withinMs: Number(values.within),
      progress: print,
    }),
  );
  for (const { name, runs, healedMs, echoesBefore, echoesDuring } of disturbances) {
    const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => quantile(healedMs, share).toFixed(0));
    const [before, during] = [echoesBefore, echoesDuring].map((echoes) =>
      quantile(echoes, 0.99).toFixed(1),
    );
    print(
      `${runs} × ${name}: one text after ${p50} ms, p99 ${p99}, at most ${worst}; ` +
        `echo elsewhere p99 ${before} ms before, ${during} ms during`,
    );
  }
  print(`${faults.length} faults, seed ${seed}`);
  process.exit(faults.length === 0 ? 0 : 1);
}
