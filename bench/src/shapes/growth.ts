import type { Client } from '../clients/client.ts';
import { fillRoom } from '../clients/fill.ts';
import { documentOfSize } from '../documents.ts';
import { PEERS } from '../peers/index.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import type { LoadTask } from '../clients/load-process.ts';
import { loadRow, runLoad } from './load.ts';
import { firstWay } from '../peers/first-way.ts';
import { scaled, type Point, type Shape, type ShapeOptions } from './shape.ts';

const CLIENTS = [10, 100, 500, 1_000, 2_000];
const ROOMS = [10, 100, 1_000, 5_000];
const MEGABYTES = [0.1, 1, 10, 20];
/** Updates a second altogether, the same at every size. */
const UPDATES = 50;
const WRITERS = 10;
const ROOM_CLIENTS = 2;
const SIZE_CLIENTS = 20;
/** Time until every writer of many rooms has written once. */
const ROUND_MS = 1_000;
const MEGABYTE = 1_048_576;

/** How the cost of the same writing grows with what one thing is made larger. */
export function growth(options: ShapeOptions): readonly Shape[] {
  const about = { peers: PEERS, isUsual: false };
  const measureMs = options.seconds * 1_000;
  const settings = { updates: UPDATES, seconds: options.seconds };
  const steady = { writers: WRITERS, rate: UPDATES / WRITERS, measureMs };
  return [
    {
      ...about,
      letter: 'k',
      title: `${UPDATES} updates a second in one room, by its clients`,
      settings: { ...settings, writers: WRITERS },
      measure: (peer) =>
        series(peer, scaledAll(CLIENTS, options, WRITERS), 'clients', async (running, clients) => ({
          ...steady,
          rooms: [await running.ways('load')],
          clients,
        })),
    },
    {
      ...about,
      letter: 'l',
      title: `${UPDATES} updates a second in all rooms, by their number`,
      settings: { ...settings, clients: ROOM_CLIENTS, writers: 1 },
      measure: (peer) =>
        series(peer, scaledAll(ROOMS, options, 1), 'rooms', async (running, rooms) => {
          const targets = [];
          for (let at = 0; at < rooms; at += 1) targets.push(await running.ways(`room-${at}`));
          const rate = UPDATES / rooms;
          const warmUpMs = Math.max(3_000, ROUND_MS / rate / 10);
          return { rooms: targets, clients: ROOM_CLIENTS, writers: 1, rate, warmUpMs, measureMs };
        }),
    },
    {
      ...about,
      letter: 'm',
      title: `${UPDATES} updates a second to ${SIZE_CLIENTS} clients, by the document's MB`,
      settings: { ...settings, writers: WRITERS, clients: SIZE_CLIENTS },
      measure: (peer) =>
        series(
          peer,
          MEGABYTES.map((size) => size * options.scale),
          'MB',
          async (running, size) => {
            const target = await firstWay(running, 'load');
            (await fillRoom(target, documentOfSize(Math.ceil(size * MEGABYTE)))).end();
            return { ...steady, rooms: [[target]], clients: SIZE_CLIENTS };
          },
        ),
    },
  ];
}

type Sized = Pick<LoadTask, 'rooms' | 'clients' | 'writers' | 'rate' | 'measureMs'> & {
  /** Who brought the document: without storage it is there for as long as they are. */
  readonly keeper?: Client;
};

/** Puts a server, started anew for each, under a load of each size. */
async function series(
  peer: Peer,
  sizes: readonly number[],
  unit: string,
  loadOf: (running: RunningPeer, size: number) => Promise<Sized>,
): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const size of sizes) {
    const running = await peer.start({ inspect: false });
    try {
      const { keeper, ...load } = await loadOf(running, size);
      points.push({ at: `${size} ${unit}`, row: loadRow(await runLoad(running.process, load)) });
      keeper?.end();
    } finally {
      await running.stop();
    }
  }
  return points;
}

/** Counts at the scale asked for, none twice. */
function scaledAll(
  counts: readonly number[],
  options: ShapeOptions,
  least: number,
): readonly number[] {
  return [...new Set(counts.map((count) => scaled(count, options, least)))];
}
