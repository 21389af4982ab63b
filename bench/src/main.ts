/**
 * `npm run bench`: puts Plenary and its peers under the same loads, one after the other, prints a
 * table for each load and keeps the figures in bench/results.
 */
import { parseArgs } from 'node:util';
import { PEERS } from './peers/index.ts';
import { keep, tableOf } from './report.ts';
import { shapes } from './shapes/index.ts';
import type { Row } from './shapes/shape.ts';

const USAGE = `npm run bench -- [options]

  --shape a,b,…    only these shapes (a, b, c: many clients, some write; d: everybody opens a
                   document at once; e: memory of a document)
  --peer x,y,…     only these servers (plenary, hocuspocus, y-websocket)
  --seconds N      how long shapes a to c are measured (20)
  --quick          a tenth of everything, to see that it works; nothing is kept
`;

const { values } = parseArgs({
  options: {
    shape: { type: 'string' },
    peer: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else await run();

async function run(): Promise<void> {
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 600)) throw new Error('--seconds: between 1 and 600');
  const wanted = values.shape?.split(',');
  const servers = PEERS.filter((peer) => values.peer?.split(',').includes(peer.name) ?? true);
  const chosen = shapes({ seconds, isQuick: values.quick }).filter(
    (shape) => wanted?.includes(shape.letter) ?? true,
  );
  if (servers.length === 0 || chosen.length === 0) throw new Error('there is nothing to run');
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  for (const shape of chosen) {
    const rows: { peer: (typeof servers)[number]; row: Row }[] = [];
    for (const peer of servers) {
      console.error(`${shape.letter}: ${peer.name} …`);
      rows.push({ peer, row: await shape.measure(peer) });
    }
    console.log(`\n${tableOf({ shape, rows })}\n`);
    if (!values.quick) console.log(`kept as bench/results/${keep({ shape, rows }, command)}\n`);
  }
}
