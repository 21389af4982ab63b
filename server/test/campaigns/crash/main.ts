/**
 * `npm run test:crash`: kills what serves people who write, again and again, and holds it to all
 * that it had shown them. Ends with 1 when a promise was broken; the seed repeats the draw.
 */
import { parseArgs } from 'node:util';
import { loadTrace } from '@plenary/testing';
import { clusterStand } from './cluster-stand.ts';
import { runCrashCampaign } from './crash-campaign.ts';
import { embeddedStand } from './embedded-stand.ts';
import { withStand } from '../with-stand.ts';
import type { Stand } from './stand.ts';

const USAGE = `npm run test:crash -- [options]

  --kills N   how often something is killed (300)
  --seed N    the draw of writers, victims and moments (the time of day)
  --store S   sqlite: one node on the embedded store; postgres: two nodes with Redis (sqlite)
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    store: { type: 'string', default: 'sqlite' },
    help: { type: 'boolean', default: false },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help) print(USAGE);
else await run();

function standOf(store: string): Stand | Promise<Stand> {
  if (store !== 'sqlite' && store !== 'postgres') throw new Error('--store: sqlite or postgres');
  return store === 'sqlite' ? embeddedStand() : clusterStand();
}

async function run(): Promise<void> {
  const trace = loadTrace('sveltecomponent');
  if (trace === null) throw new Error('the editing traces are needed: set PLENARY_DATA');
  const seed = Number(values.seed);
  print(`seed ${seed}`);
  const started = performance.now();
  const stand = await standOf(values.store);
  const { kills, promised, faults } = await withStand(stand, () =>
    runCrashCampaign({
      stand,
      trace,
      seed,
      kills: Number(values.kills),
      progress: print,
    }),
  );
  for (const [what, count] of Object.entries(kills)) print(`${count} × ${what}`);
  const seconds = Math.round((performance.now() - started) / 1_000);
  print(`${promised} promises, ${faults.length} broken, ${seconds} s, seed ${seed}`);
  process.exit(faults.length === 0 ? 0 : 1);
}
