import { setTimeout as wait } from 'node:timers/promises';
import type { Client, Target } from '../clients/client.ts';
import { openClient } from '../clients/client.ts';
import { fillRoom } from '../clients/fill.ts';
import type { Memory } from '../peers/inspector.ts';
import type { RunningPeer } from '../peers/peer.ts';
import type { TraceDocument } from '../trace-document.ts';
import { PEERS } from '../peers/index.ts';
import { firstWay } from '../peers/first-way.ts';
import { only, scaled, value, type Row, type Shape, type ShapeOptions } from './shape.ts';

const COPIES = 50;
/** Longer than any server here keeps a room that everybody has left. */
const IDLE_MS = 45_000;
const MEGABYTE = 1_048_576;

/**
 * Memory a document costs while one client has it open, and after everybody has left. Each of the
 * copies is a document of its own. The first copy is opened before the baseline is taken, so that
 * what a server allocates once is not counted.
 */
export function memoryOfDocuments(document: () => TraceDocument, options: ShapeOptions): Shape {
  const copies = scaled(COPIES, options);
  return {
    letter: 'e',
    title: `memory of one automerge-paper document, mean over ${copies}`,
    settings: { copies, idleMs: IDLE_MS },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: true });
      try {
        return only(await measure(running, document(), copies));
      } finally {
        await running.stop();
      }
    },
  };
}

async function measure(
  running: RunningPeer,
  document: TraceDocument,
  copies: number,
): Promise<Row> {
  let server = running.process;
  const names = Array.from({ length: copies }, (_, index) => `copy-${index}`);
  const warmUp = await fillRoom(await firstWay(running, 'warm-up'), document);
  let clients: Client[] = [];
  let baseline: Memory;
  if (running.restart === null) {
    baseline = await server.memory();
    for (const name of names) clients.push(await fillRoom(await firstWay(running, name), document));
  } else {
    for (const name of names) (await fillRoom(await firstWay(running, name), document)).end();
    warmUp.end();
    server = await running.restart();
    clients.push(await openIn(await firstWay(running, 'warm-up')));
    baseline = await server.memory();
    for (const name of names) clients.push(await openIn(await firstWay(running, name)));
  }
  const open = await server.memory();
  clients.forEach((client) => client.end());
  clients = [];
  await wait(IDLE_MS);
  const idle = await server.memory();
  warmUp.end();
  const each = (after: Memory, part: keyof Memory): number =>
    (after[part] - baseline[part]) / copies / MEGABYTE;
  return {
    'open, heap and buffers': value(each(open, 'heapAndBuffers'), 2, 'MB'),
    'open, RSS': value(each(open, 'resident'), 2, 'MB'),
    'idle, heap and buffers': value(each(idle, 'heapAndBuffers'), 2, 'MB'),
    'idle, RSS': value(each(idle, 'resident'), 2, 'MB'),
    'baseline RSS': value(baseline.resident / MEGABYTE, 0, 'MB'),
  };
}

function openIn(target: Target): Promise<Client> {
  return openClient(target, {});
}
