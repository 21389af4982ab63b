import { fillRoom } from '../clients/fill.ts';
import { ask } from '../clients/process-messages.ts';
import type { ResumeResult, ResumeTask } from '../clients/resume-process.ts';
import { documentOfSize } from '../documents.ts';
import { PEERS } from '../peers/index.ts';
import { firstWay } from '../peers/first-way.ts';
import { only, scaled, value, type Row, type Shape, type ShapeOptions } from './shape.ts';

const PROGRAM = new URL('../clients/resume-process.ts', import.meta.url);
const DOCUMENT_BYTES = 20 * 1_048_576;
const STOCK_TIMES = 20;
const OWN_TIMES = 10;
const TIMEOUT_MS = 600_000;
const KILOBYTE = 1_024;

/** Coming back to a large document after one missed edit: a stock client, and our own provider. */
export function resume(options: ShapeOptions): Shape {
  const bytes = scaled(DOCUMENT_BYTES, options);
  const stockTimes = scaled(STOCK_TIMES, options, 3);
  const ownTimes = scaled(OWN_TIMES, options, 3);
  return {
    letter: 'h',
    title: `back to a document of ${(bytes / 1_048_576).toFixed(1)} MB after one missed edit`,
    settings: { bytes, stockTimes, ownTimes },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: false });
      try {
        const target = await firstWay(running, 'large');
        const keeper = await fillRoom(target, documentOfSize(bytes));
        const hasOwn = peer.name === 'plenary';
        const cpu: Record<string, number> = {};
        const result = await ask<ResumeTask, ResumeResult>(
          PROGRAM,
          { target, hasOwn, stockTimes, ownTimes },
          {
            timeoutMs: TIMEOUT_MS,
            onMark: (name) => {
              cpu[name] = running.process.cpuSeconds();
            },
          },
        );
        keeper.end();
        const each = (name: string, times: number): number =>
          ((cpu[`${name} to`]! - cpu[`${name} from`]!) * 1_000) / times;
        const stockMs = each('stock', stockTimes);
        return only(rowOf(result, stockMs, hasOwn ? each('own', ownTimes) : null));
      } finally {
        await running.stop();
      }
    },
  };
}

/** The processor time holds the missed edit itself and whatever the server did meanwhile. */
function rowOf(result: ResumeResult, stockMs: number, ownMs: number | null): Row {
  return {
    'stock, on the wire': value(result.stockBytes / KILOBYTE, 2, 'KB'),
    'stock, server CPU': value(stockMs, 1, 'ms'),
    ...(ownMs === null
      ? {}
      : {
          'own, in frames': value(result.ownBytes / KILOBYTE, 2, 'KB'),
          'own, server CPU': value(ownMs, 1, 'ms'),
        }),
  };
}
