import { setTimeout as wait } from 'node:timers/promises';
import { applyUpdate, Doc } from 'yjs';
import { areOne } from '../are-one.ts';
import { openFresh } from '../crash/fresh-reader.ts';
import type { FaultStand } from '../faults/fault-stand.ts';
import { until } from '../until.ts';
import { openSteadyClient, type SteadyClient } from './steady-client.ts';
import { openTcpBalancer, type TcpBalancer } from './tcp-balancer.ts';

/** What a rolling restart was like. */
export interface DrainReport {
  /** Milliseconds from each close to the next echo. */
  readonly pauses: readonly number[];
  /** Most connections that came within a second while it lasted. */
  readonly busiestSecond: number;
  /** Everything that was not as promised; empty when all is well. */
  readonly faults: readonly string[];
}

/** Settings of a rolling restart. */
export interface DrainOptions {
  readonly stand: FaultStand;
  readonly clients: number;
  /** How many of them share a chapter; one of each writes. */
  readonly clientsPerChapter: number;
  /** Time between two nodes, in milliseconds. */
  readonly betweenMs: number;
  readonly progress?: (line: string) => void;
}

const TYPING_MS = 500;
const OPENING_MS = 120_000;
const OPENED_AT_ONCE = 50;
const SETTLING_MS = 60_000;

/**
 * Restarts all nodes one after the other behind a balancer while people write, and asks whether
 * anything was lost.
 */
export async function runDrain(options: DrainOptions): Promise<DrainReport> {
  const { stand, progress = () => undefined } = options;
  // Each stock provider listens for the end of the process.
  const listeners = process.getMaxListeners();
  process.setMaxListeners(listeners + options.clients);
  const balancer = await openTcpBalancer(stand.nodes.map(({ url }) => Number(new URL(url).port)));
  const rooms: (readonly SteadyClient[])[] = [];
  const chapters: string[] = [];
  try {
    const url = `ws://127.0.0.1:${balancer.port}/collab`;
    for (let left = options.clients; left > 0; left -= options.clientsPerChapter) {
      const chapterId = await stand.newChapter();
      const count = Math.min(left, options.clientsPerChapter);
      chapters.push(chapterId);
      rooms.push(await openRoom(count, { url, chapterId, token: stand.tokens[0]! }));
    }
    const clients = rooms.flat();
    progress(`${clients.length} clients in ${rooms.length} chapters`);
    balancer.takeBusiestSecond();
    const typing = setInterval(() => {
      for (const [writer] of rooms) writer?.type();
    }, TYPING_MS);
    try {
      await restartAll(balancer, { ...options, progress });
    } finally {
      clearInterval(typing);
    }
    const busiestSecond = balancer.takeBusiestSecond();
    const isWell = await until(
      () => clients.every(({ isSynced, isWaiting }) => isSynced && !isWaiting),
      SETTLING_MS,
    );
    const waiting = clients.filter(({ isWaiting }) => isWaiting).length;
    const faults = isWell ? [] : [`${waiting} clients never got their echo`];
    faults.push(...(await lost(rooms, chapters, { url, token: stand.tokens[0]! })));
    return { pauses: clients.flatMap(({ pauses }) => pauses), busiestSecond, faults };
  } finally {
    for (const client of rooms.flat()) client.leave();
    process.setMaxListeners(listeners);
    await balancer.close();
  }
}

async function openRoom(
  count: number,
  place: { readonly url: string; readonly chapterId: string; readonly token: string },
): Promise<readonly SteadyClient[]> {
  const clients: SteadyClient[] = [];
  while (clients.length < count) {
    const some = Math.min(OPENED_AT_ONCE, count - clients.length);
    for (let at = 0; at < some; at += 1) clients.push(openSteadyClient(place));
    if (!(await until(() => clients.every(({ isSynced }) => isSynced), OPENING_MS))) {
      throw new Error('the clients were not let in');
    }
  }
  return clients;
}

async function restartAll(
  balancer: TcpBalancer,
  { stand, betweenMs, progress }: Required<DrainOptions>,
): Promise<void> {
  for (const [at, { victim }] of stand.nodes.entries()) {
    await wait(betweenMs);
    // New connections go elsewhere first; those that are there stay until they are closed.
    balancer.setOpen(at, false);
    progress(`${victim.name} stops`);
    await victim.stop();
    await victim.start();
    balancer.setOpen(at, true);
    progress(`${victim.name} is back`);
  }
  await wait(betweenMs);
}

/** Whether all clients of each chapter and a newcomer have one text, with all that was typed. */
async function lost(
  rooms: readonly (readonly SteadyClient[])[],
  chapters: readonly string[],
  { url, token }: { readonly url: string; readonly token: string },
): Promise<string[]> {
  const faults: string[] = [];
  for (const [at, clients] of rooms.entries()) {
    const chapterId = chapters[at]!;
    const docs = clients.map(({ doc }) => doc);
    if (!(await until(() => areOne(docs), SETTLING_MS))) {
      faults.push(`the clients of chapter ${chapterId} have different texts`);
    }
    const reader = await openFresh({ collabUrl: url, chapterId, token });
    const fresh = new Doc();
    applyUpdate(fresh, reader.state());
    if (!areOne([fresh, ...docs])) faults.push(`chapter ${chapterId} has lost something`);
    fresh.destroy();
    reader.leave();
  }
  return faults;
}
