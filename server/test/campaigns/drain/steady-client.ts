import { decodeStockMessage } from '@plenary/protocol';
import { stockProvider } from '@plenary/testing';
import { Doc, getState, parseUpdateMeta } from 'yjs';
import { ROOT } from '../typist.ts';

/** An unmodified stock client that goes on typing whenever its server goes away. */
export interface SteadyClient {
  readonly doc: Doc;
  readonly isSynced: boolean;
  /** Milliseconds from each close to the echo of what was typed at that moment. */
  readonly pauses: readonly number[];
  /** Whether it has been closed and its echo has not come yet. */
  readonly isWaiting: boolean;
  type(): void;
  leave(): void;
}

/** Opens a chapter with the y-websocket provider as it is published. */
export function openSteadyClient(options: {
  readonly url: string;
  readonly chapterId: string;
  readonly token: string;
}): SteadyClient {
  const doc = new Doc();
  const pauses: number[] = [];
  let closed: { readonly at: number; readonly clock: number } | null = null;
  const type = (): void => doc.getText(ROOT).insert(0, 'w');
  const ownClock = (): number => getState(doc.store, doc.clientID);
  const stock = stockProvider({
    ...options,
    doc,
    maxBackoffMs: 2_500, // the provider's own bound
    tap: {
      closed() {
        // Attempts that fail belong to the pause that has begun.
        if (closed !== null) return;
        type();
        closed = { at: performance.now(), clock: ownClock() };
      },
      received(frame) {
        if (closed === null) return;
        const message = decodeStockMessage(frame);
        if (message.type !== 'update' && message.type !== 'step2') return;
        if ((parseUpdateMeta(message.bytes).to.get(doc.clientID) ?? 0) < closed.clock) return;
        pauses.push(performance.now() - closed.at);
        closed = null;
      },
    },
  });
  return {
    doc,
    pauses,
    get isSynced() {
      return stock.provider.synced;
    },
    get isWaiting() {
      return closed !== null;
    },
    type,
    leave() {
      stock.destroy();
      doc.destroy();
    },
  };
}
