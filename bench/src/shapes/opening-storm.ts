import { fillRoom, readsWhole } from '../clients/fill.ts';
import type { OpenResult, OpenTask } from '../clients/open-process.ts';
import { ask } from '../clients/process-messages.ts';
import type { TraceDocument } from '../trace-document.ts';
import { PEERS } from '../peers/index.ts';
import { firstWay } from '../peers/first-way.ts';
import { only, scaled, value, type Row, type Shape, type ShapeOptions } from './shape.ts';

const PROGRAM = new URL('../clients/open-process.ts', import.meta.url);
const CLIENTS = 500;
const TIMEOUT_MS = 120_000;
const KILOBYTE = 1_024;
const MEGABYTE = 1_048_576;

/**
 * Everybody opens a long document at once, upgrade and sign-in included. A server that stores is
 * started again first, so that it reads the document from its disk; the others have it in memory.
 */
export function openingStorm(document: () => TraceDocument, options: ShapeOptions): Shape {
  const clients = scaled(CLIENTS, options);
  return {
    letter: 'd',
    title: `${clients} clients open the automerge-paper document at once`,
    settings: { clients },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: false });
      try {
        const keeper = await fillRoom(await firstWay(running, 'paper'), document());
        let server = running.process;
        if (running.restart !== null) {
          keeper.end();
          server = await running.restart();
        }
        const target = await firstWay(running, 'paper');
        const cpu = { from: 0, to: 0 };
        const result = await ask<OpenTask, OpenResult>(
          PROGRAM,
          { target, clients },
          {
            timeoutMs: TIMEOUT_MS,
            onMark: (name) => {
              if (name === 'from' || name === 'to') cpu[name] = server.cpuSeconds();
            },
          },
        );
        const isWhole = await readsWhole(target, document().text);
        if (!isWhole) throw new Error(`${peer.name} gave a reader another text`);
        const resident = server.residentBytes();
        keeper.end();
        return only(rowOf(result, cpu.to - cpu.from, resident));
      } finally {
        await running.stop();
      }
    },
  };
}

function rowOf(result: OpenResult, cpuSeconds: number, resident: number): Row {
  return {
    'all open after': value(result.totalMs, 0, 'ms'),
    p50: value(result.latencyMs.p50, 0, 'ms'),
    p99: value(result.latencyMs.p99, 0, 'ms'),
    'server CPU': value(cpuSeconds * 1_000, 0, 'ms'),
    RSS: value(resident / MEGABYTE, 0, 'MB'),
    'each received': value(result.bytesEach / KILOBYTE, 0, 'KB'),
    'clients CPU': value(result.clientCpu, 2, 'core'),
  };
}
