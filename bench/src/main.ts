/**
 * `npm run bench`: puts Plenary and its peers under the same loads, one after the other, prints a
 * table for each load and keeps the figures in bench/results.
 */
import { parseArgs } from 'node:util';
import type { Peer } from './peers/peer.ts';
import { keep, tableOf } from './report.ts';
import { shapes } from './shapes/index.ts';
import type { Point } from './shapes/shape.ts';

const USAGE = `npm run bench -- [options]

  --shape a,b,…    only these shapes; without it, all but the series k, l and m
                   a, b, c: many clients, some write      g: many rooms
                   d: everybody opens a document at once  h: coming back after one missed edit
                   e: memory of a document                i: a reader that takes nothing
                   f: a room full of presence             j: two nodes
                   k, l, m: cost by clients, by rooms, by size
  --peer x,y,…     only these servers (plenary, hocuspocus, y-websocket; for j plenary-nodes,
                   hocuspocus-nodes)
  --seconds N      how long a load is measured (20)
  --scale N        multiplies all counts, at most 1
  --quick          as --scale 0.1, to see that it works; nothing is kept
`;

const { values } = parseArgs({
  options: {
    shape: { type: 'string' },
    peer: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    scale: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else await run();

async function run(): Promise<void> {
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 600)) throw new Error('--seconds: between 1 and 600');
  const scale = Number(values.scale ?? (values.quick ? 0.1 : 1));
  if (!(scale > 0 && scale <= 1)) throw new Error('--scale: above 0, at most 1');
  const wanted = values.shape?.split(',');
  const chosen = shapes({ seconds, scale }).filter(
    ({ letter, isUsual }) => wanted?.includes(letter) ?? isUsual,
  );
  if (chosen.length === 0) throw new Error('there is nothing to run');
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  for (const shape of chosen) {
    const of: { peer: Peer; points: readonly Point[] }[] = [];
    for (const peer of shape.peers) {
      if (values.peer?.split(',').includes(peer.name) === false) continue;
      console.error(`${shape.letter}: ${peer.name} …`);
      of.push({ peer, points: await shape.measure(peer) });
    }
    if (of.length === 0) continue;
    console.log(`\n${tableOf({ shape, of })}\n`);
    if (!values.quick) console.log(`kept as bench/results/${keep({ shape, of }, command)}\n`);
  }
}
