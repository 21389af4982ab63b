import { setTimeout as wait } from 'node:timers/promises';
import { openClient, openClients, type Target } from './client.ts';
import { Histogram, type Quantiles } from './histogram.ts';
import { answer } from './process-messages.ts';

/** A task: so many clients open one room at the same moment. */
export type OpenTask = { readonly target: Target; readonly clients: number };

/** How long it took, from before the first connection to the last state received. */
export type OpenResult = {
  readonly totalMs: number;
  /** From each client's own start to its state. */
  readonly latencyMs: Quantiles;
  readonly bytesEach: number;
  readonly clientCpu: number;
};

/** The server's clock ticks a hundred times a second: let it tick once more before it is read. */
const SETTLE_MS = 200;

await answer<OpenTask, OpenResult>(async (task, mark) => {
  const histogram = new Histogram();
  let bytes = 0;
  await wait(SETTLE_MS);
  mark('from');
  const before = process.cpuUsage();
  const from = performance.now();
  const clients = await openClients(task.clients, task.clients, async () => {
    const start = performance.now();
    const client = await openClient(task.target, {
      synced: (state) => {
        bytes += state.length;
      },
    });
    histogram.add(performance.now() - start);
    return client;
  });
  const totalMs = performance.now() - from;
  const used = process.cpuUsage(before);
  await wait(SETTLE_MS);
  mark('to');
  await wait(SETTLE_MS);
  clients.forEach((client) => client.end());
  return {
    totalMs,
    latencyMs: histogram.quantiles(),
    bytesEach: Math.round(bytes / task.clients),
    clientCpu: (used.user + used.system) / 1_000 / totalMs,
  };
});
