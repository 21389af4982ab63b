import { setTimeout as wait } from 'node:timers/promises';
import { openClient, openClients, type Target } from './client.ts';
import { Histogram, type Quantiles } from './histogram.ts';
import { answer } from './process-messages.ts';
import { readStamps } from './stamp.ts';
import { Writer } from './writer.ts';

/** What the process that plays all clients is asked to do. */
export type LoadTask = {
  readonly target: Target;
  readonly clients: number;
  readonly writers: number;
  /** Updates a second, each writer. */
  readonly rate: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
};

/** What it saw. Latency is from just before a send to the receipt at every client but the author. */
export type LoadResult = {
  readonly sent: number;
  readonly expected: number;
  readonly delivered: number;
  readonly latencyMs: Quantiles;
  /** How much of a core the clients themselves used: above 0.9 they were the bottleneck. */
  readonly clientCpu: number;
};

const HANDSHAKES_AT_ONCE = 50;
const GRACE_MS = 8_000;
const POLL_MS = 50;

await answer<LoadTask, LoadResult>(async (task, mark) => {
  const histogram = new Histogram();
  const window = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const clients = await openClients(task.clients, HANDSHAKES_AT_ONCE, (index) =>
    openClient(task.target, {
      update: (chunk, start, end) => {
        const now = performance.now();
        readStamps(chunk, { start, end }, (writer, at) => {
          if (writer !== index && at >= window.from && at < window.to) histogram.add(now - at);
        });
      },
    }),
  );

  let sent = 0;
  const pause = 1_000 / task.rate;
  const timers: NodeJS.Timeout[] = [];
  for (let index = 0; index < task.writers; index += 1) {
    const writer = new Writer(index);
    const client = clients[index]!;
    const type = (): void => {
      const now = Math.round(performance.now() * 100) / 100;
      if (now >= window.from && now < window.to) sent += 1;
      client.send(client.dialect.update(writer.type(now)));
    };
    // spread evenly, so that no server is measured on bursts that the load made up
    await wait(pause / task.writers);
    timers.push(setInterval(type, pause));
  }

  await wait(task.warmUpMs);
  mark('from');
  const before = process.cpuUsage();
  window.from = performance.now();
  await wait(task.measureMs);
  window.to = performance.now();
  const used = process.cpuUsage(before);
  mark('to');
  timers.forEach((timer) => clearInterval(timer));

  const expected = sent * (task.clients - 1);
  const deadline = performance.now() + GRACE_MS;
  while (histogram.total < expected && performance.now() < deadline) await wait(POLL_MS);
  clients.forEach((client) => client.end());
  return {
    sent,
    expected,
    delivered: histogram.total,
    latencyMs: histogram.quantiles(),
    clientCpu: (used.user + used.system) / 1_000 / (window.to - window.from),
  };
});
