import { decodeStockMessage } from '@plenary/protocol';
import { stockProvider } from '@plenary/testing';
import { Doc } from 'yjs';
import { ROOT } from '../typist.ts';
import type { FaultNode } from './fault-stand.ts';

const PAUSE_MS = 20;

/** Somebody alone in a room of their own who types a letter, waits for its echo, and types again. */
export interface EchoProbe {
  /** Milliseconds from each letter to its echo, since this was asked for the last time. */
  take(): readonly number[];
  leave(): void;
}

/** Opens the room; what its connection costs is not counted. */
export function openEchoProbe(node: FaultNode, chapterId: string, token: string): EchoProbe {
  const doc = new Doc();
  let waited: number[] = [];
  let typedAt: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  const type = (): void => {
    typedAt = performance.now();
    doc.getText(ROOT).insert(0, '.');
  };
  const stock = stockProvider({
    url: `${node.url.replace('http', 'ws')}/collab`,
    chapterId,
    doc,
    token,
    tap: {
      received(frame) {
        if (typedAt === null || decodeStockMessage(frame).type !== 'update') return;
        waited.push(performance.now() - typedAt);
        typedAt = null;
        timer = setTimeout(type, PAUSE_MS);
      },
    },
  });
  stock.provider.once('sync', type);
  return {
    take() {
      const taken = waited;
      waited = [];
      return taken;
    },
    leave() {
      if (timer !== null) clearTimeout(timer);
      stock.destroy();
      doc.destroy();
    },
  };
}

/** The value that a share of all is not above; 0 of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
