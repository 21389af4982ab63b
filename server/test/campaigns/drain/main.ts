/**
 * `npm run test:drain`: two nodes behind a balancer are restarted one after the other under many
 * stock clients. Reports how long each client had to wait for its next echo, and how many came back
 * within one second. Ends with 1 when anything was lost.
 */
import { parseArgs } from 'node:util';
import { quantile } from '../faults/echo-probe.ts';
import { startFaultStand } from '../faults/fault-stand.ts';
import { withStand } from '../with-stand.ts';
import { runDrain } from './drain-campaign.ts';

/** As an operator's script would leave between two nodes. */
const BETWEEN_MS = 3_000;

const USAGE = `npm run test:drain -- [options]

  --clients N  unmodified y-websocket clients (1500)
  --room N     how many of them share a chapter (50)
`;

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1500' },
    room: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help) print(USAGE);
else await run();

async function run(): Promise<void> {
  const stand = await startFaultStand(2);
  const { pauses, busiestSecond, faults } = await withStand(stand, () =>
    runDrain({
      stand,
      clients: Number(values.clients),
      clientsPerChapter: Number(values.room),
      betweenMs: BETWEEN_MS,
      progress: print,
    }),
  );
  const [p50, p95, p99, worst] = [0.5, 0.95, 0.99, 1].map((share) =>
    (quantile(pauses, share) / 1_000).toFixed(2),
  );
  print(`${pauses.length} pauses: p50 ${p50} s, p95 ${p95} s, p99 ${p99} s, at most ${worst} s`);
  print(`at most ${busiestSecond} connections within a second`);
  for (const fault of faults) print(fault);
  print(`${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}
