import type { LoadResult, LoadTask } from '../clients/load-process.ts';
import { ask } from '../clients/process-messages.ts';
import type { Memory } from '../peers/inspector.ts';
import type { ServerProcess } from '../peers/server-process.ts';
import { value, type Row } from './shape.ts';

const PROGRAM = new URL('../clients/load-process.ts', import.meta.url);
const WARM_UP_MS = 3_000;
const TIMEOUT_MS = 180_000;
const MEGABYTE = 1_048_576;

/** A load as shapes give it; what is left out is none. */
export type Load = Pick<LoadTask, 'rooms' | 'clients' | 'writers' | 'rate' | 'measureMs'> &
  Partial<LoadTask>;

/** What was seen of a load, by its clients and from outside the server. */
export type Loaded = LoadResult & {
  /** Share of a core the server used while it was measured. */
  readonly serverCpu: number;
  /** Processor time for each delivery, in microseconds. */
  readonly cpuPerDelivery: number;
  readonly residentBytes: number;
  /** After a full collection while the load went on; null unless the load was held for it. */
  readonly memory: Memory | null;
};

/** Puts a server under a load, with all clients in another process; calls back when it is measured. */
export async function runLoad(
  server: ServerProcess,
  load: Load,
  onMark: (name: 'from' | 'to') => void = () => undefined,
): Promise<Loaded> {
  const cpu = { from: 0, to: 0 };
  let residentBytes = 0;
  let memory: Promise<Memory | null> = Promise.resolve(null);
  const task: LoadTask = {
    padding: 0,
    presenceRate: 0,
    hasStalled: false,
    warmUpMs: WARM_UP_MS,
    holdMs: 0,
    ...load,
  };
  const result = await ask<LoadTask, LoadResult>(PROGRAM, task, {
    timeoutMs: TIMEOUT_MS + task.measureMs,
    onMark: (name) => {
      if (name !== 'from' && name !== 'to') return;
      cpu[name] = server.cpuSeconds();
      onMark(name);
      residentBytes = server.residentBytes();
      if (name === 'to' && task.holdMs > 0) memory = server.memory();
    },
  });
  const used = cpu.to - cpu.from;
  return {
    ...result,
    serverCpu: (used * 1_000) / task.measureMs,
    cpuPerDelivery: (used * 1_000_000) / Math.max(1, result.expected),
    residentBytes,
    memory: await memory,
  };
}

/** The columns that every load has. */
export function loadRow(loaded: Loaded): Row {
  const { sent, expected, delivered, latencyMs, clientCpu } = loaded;
  return {
    p50: value(latencyMs.p50, 1, 'ms'),
    p95: value(latencyMs.p95, 1, 'ms'),
    p99: value(latencyMs.p99, 1, 'ms'),
    max: value(latencyMs.max, 0, 'ms'),
    undelivered: value(expected === 0 ? 0 : (1 - delivered / expected) * 100, 2, '%'),
    'server CPU': value(loaded.serverCpu, 2, 'core'),
    'CPU a delivery': value(loaded.cpuPerDelivery, 2, 'µs'),
    RSS: value(loaded.residentBytes / MEGABYTE, 0, 'MB'),
    sent: value(sent, 0, ''),
    'clients CPU': value(clientCpu, 2, 'core'),
  };
}
