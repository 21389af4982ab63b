import { setTimeout as wait } from 'node:timers/promises';
import { openClient, openClients, type Client, type Target } from './client.ts';
import { Histogram, type Quantiles } from './histogram.ts';
import { Shown, Watcher } from './presence.ts';
import { answer } from './process-messages.ts';
import { readStamps } from './stamp.ts';
import { Writer } from './writer.ts';

/** What the process that plays all clients is asked to do. */
export type LoadTask = {
  /** Rooms, each with the ways into it: through one node or several, in turn. */
  readonly rooms: readonly (readonly Target[])[];
  /** Clients in each room, and how many of them write. */
  readonly clients: number;
  readonly writers: number;
  /** Updates a second, each writer, and characters in each beside its stamp. */
  readonly rate: number;
  readonly padding: number;
  /** Times a second at which every client shows its presence; 0 for never. */
  readonly presenceRate: number;
  /** Whether one more client is in the first room that reads nothing while it is measured. */
  readonly hasStalled: boolean;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How long the load goes on after it was measured, for whoever looks at the server then. */
  readonly holdMs: number;
};

/** What it saw. Latency is from just before a send to the receipt at every client but the author. */
export type LoadResult = {
  readonly sent: number;
  readonly expected: number;
  readonly delivered: number;
  readonly latencyMs: Quantiles;
  /** Oldest presence that any of the watching clients saw of anybody; 0 without presence. */
  readonly presenceAgeMs: number;
  /** Updates the stalled client had not got eight seconds after it read again. */
  readonly stalledLacks: number;
  /** How much of a core the clients themselves used: above 0.9 they were the bottleneck. */
  readonly clientCpu: number;
};

const HANDSHAKES_AT_ONCE = 50;
const GRACE_MS = 8_000;
const POLL_MS = 50;
/** Clients that look at presence: all would be busier than the server. */
const WATCHERS = 10;
const LOOK_MS = 250;

await answer<LoadTask, LoadResult>(async (task, mark) => {
  const histogram = new Histogram();
  const window = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const total = task.rooms.length * task.clients;
  const watchers: Watcher[] = [];
  const clients = await openClients(total, HANDSHAKES_AT_ONCE, (index) => {
    const number = writerNumber(task, index);
    const watcher = watcherOf(task, index, total);
    if (watcher !== null) watchers.push(watcher);
    return openClient(targetOf(task, index), {
      update: (chunk, start, end) => {
        const now = performance.now();
        readStamps(chunk, { start, end }, (writer, at) => {
          if (writer !== number && at >= window.from && at < window.to) histogram.add(now - at);
        });
      },
      other: (chunk, start, end) => watcher?.see(chunk, start, end),
    });
  });
  const stalled = task.hasStalled ? await openStalled(task) : null;

  const load = { sent: 0, written: 0 };
  const timers: NodeJS.Timeout[] = [];
  const stamp = (): number => Math.round(performance.now() * 100) / 100;
  const everyone = clients.map((client, index) => ({ client, number: writerNumber(task, index) }));
  const writing = everyone.filter(({ number }) => number !== null);
  await spread(writing, 1_000 / task.rate, timers, ({ client, number }) => {
    const writer = new Writer(number!, task.padding);
    return () => {
      const now = stamp();
      load.written += 1;
      if (now >= window.from && now < window.to) load.sent += 1;
      client.send(client.dialect.update(writer.type(now)));
    };
  });
  if (task.presenceRate > 0) {
    await spread([...clients.entries()], 1_000 / task.presenceRate, timers, ([index, client]) => {
      const shown = new Shown(index);
      return () => client.send(client.dialect.presence(shown.show(stamp())));
    });
  }

  await wait(task.warmUpMs);
  stalled?.client.pause();
  let presenceAgeMs = 0;
  const look = (): void => {
    const now = performance.now();
    for (const watcher of watchers) presenceAgeMs = Math.max(presenceAgeMs, watcher.oldest(now));
  };
  if (watchers.length > 0) timers.push(setInterval(look, LOOK_MS));
  mark('from');
  const before = process.cpuUsage();
  window.from = performance.now();
  await wait(task.measureMs);
  window.to = performance.now();
  const used = process.cpuUsage(before);
  mark('to');
  await wait(task.holdMs);
  timers.forEach((timer) => clearInterval(timer));
  stalled?.client.resume();

  const expected = load.sent * (task.clients - 1);
  const lacks = (): number => (stalled === null ? 0 : load.written - stalled.seen());
  const deadline = performance.now() + GRACE_MS;
  while ((histogram.total < expected || lacks() > 0) && performance.now() < deadline) {
    await wait(POLL_MS);
  }
  clients.forEach((client) => client.end());
  stalled?.client.end();
  return {
    sent: load.sent,
    expected,
    delivered: histogram.total,
    latencyMs: histogram.quantiles(),
    presenceAgeMs,
    stalledLacks: lacks(),
    clientCpu: (used.user + used.system) / 1_000 / (window.to - window.from),
  };
});

/** Clients are numbered room by room; in each the first ones write. */
function writerNumber({ clients, writers }: LoadTask, index: number): number | null {
  const place = index % clients;
  return place < writers ? Math.floor(index / clients) * writers + place : null;
}

function targetOf({ rooms, clients }: LoadTask, index: number): Target {
  const ways = rooms[Math.floor(index / clients)]!;
  return ways[(index % clients) % ways.length]!;
}

/** The last clients watch: they do not write. */
function watcherOf(task: LoadTask, index: number, total: number): Watcher | null {
  const watches = task.presenceRate > 0 && index >= total - WATCHERS;
  return watches ? new Watcher(total) : null;
}

/** A client that will stall, and how many different updates it has seen. */
async function openStalled(task: LoadTask): Promise<{ readonly client: Client; seen(): number }> {
  const seen = new Set<string>();
  const client = await openClient(task.rooms[0]![0]!, {
    update: (chunk, start, end) => {
      readStamps(chunk, { start, end }, (writer, at) => seen.add(`${writer}/${at}`));
    },
    // A server may give it up; then it lacks what it had not got.
    lost: () => undefined,
  });
  return { client, seen: () => seen.size };
}

/** Starts something for each of many, evenly over a time: a load must not come in bursts. */
async function spread<T>(
  many: readonly T[],
  everyMs: number,
  timers: NodeJS.Timeout[],
  start: (one: T) => () => void,
): Promise<void> {
  const from = performance.now();
  for (const [index, one] of many.entries()) {
    const due = from + (index * everyMs) / many.length;
    if (due > performance.now() + 1) await wait(due - performance.now());
    timers.push(setInterval(start(one), everyMs));
  }
}
