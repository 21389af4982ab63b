import { ask } from '../clients/process-messages.ts';
import type { LoadResult, LoadTask } from '../clients/load-process.ts';
import { value, type Row, type Shape, type ShapeOptions } from './shape.ts';

const PROGRAM = new URL('../clients/load-process.ts', import.meta.url);
const WARM_UP_MS = 3_000;
const TIMEOUT_MS = 180_000;
const MEGABYTE = 1_048_576;

/** Many clients in one document, some of whom write all the time. */
export function fanOut(
  letter: string,
  load: { readonly clients: number; readonly writers: number; readonly rate: number },
  options: ShapeOptions,
): Shape {
  const scale = options.isQuick ? 10 : 1;
  const clients = Math.ceil(load.clients / scale);
  const writers = Math.ceil(load.writers / scale);
  const { rate } = load;
  return {
    letter,
    title: `${clients} clients, ${writers} of them write ${rate} times a second`,
    settings: { clients, writers, rate, seconds: options.seconds },
    measure: async (peer): Promise<Row> => {
      const running = await peer.start({ inspect: false });
      try {
        const target = await running.room('load');
        const cpu = { from: 0, to: 0 };
        let resident = 0;
        const result = await ask<LoadTask, LoadResult>(
          PROGRAM,
          {
            target,
            clients,
            writers,
            rate,
            warmUpMs: WARM_UP_MS,
            measureMs: options.seconds * 1_000,
          },
          {
            timeoutMs: TIMEOUT_MS,
            onMark: (name) => {
              if (name !== 'from' && name !== 'to') return;
              cpu[name] = running.process.cpuSeconds();
              resident = running.process.residentBytes();
            },
          },
        );
        return rowOf(result, (cpu.to - cpu.from) / options.seconds, resident);
      } finally {
        await running.stop();
      }
    },
  };
}

function rowOf(result: LoadResult, cpu: number, resident: number): Row {
  const { sent, expected, delivered, latencyMs, clientCpu } = result;
  return {
    p50: value(latencyMs.p50, 1, 'ms'),
    p95: value(latencyMs.p95, 1, 'ms'),
    p99: value(latencyMs.p99, 1, 'ms'),
    max: value(latencyMs.max, 0, 'ms'),
    undelivered: value(expected === 0 ? 0 : (1 - delivered / expected) * 100, 2, '%'),
    'server CPU': value(cpu, 2, 'core'),
    RSS: value(resident / MEGABYTE, 0, 'MB'),
    sent: value(sent, 0, ''),
    'clients CPU': value(clientCpu, 2, 'core'),
  };
}
