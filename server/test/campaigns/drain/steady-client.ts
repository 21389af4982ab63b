import { decodeStockMessage } from '@plenary/protocol';
import { stockProvider } from '@plenary/testing';
import { decodeStateVector, Doc, getState, parseUpdateMeta } from 'yjs';
import { ROOT } from '../typist.ts';

/** An unmodified stock client that goes on typing whenever its server goes away. */
export interface SteadyClient {
  readonly doc: Doc;
  readonly isSynced: boolean;
  /** Milliseconds from each close until what was typed at that moment was known to be stored. */
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
        if (clockIn(frame, doc.clientID) < closed.clock) return;
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

/**
 * How much of a client's text a frame shows to be stored: as its echo, or in what the server says it
 * has. Who is closed again between commit and echo learns it by the latter.
 */
function clockIn(frame: Uint8Array, clientId: number): number {
  const message = decodeStockMessage(frame);
  switch (message.type) {
    case 'step1':
      return decodeStateVector(message.stateVector).get(clientId) ?? 0;
    case 'step2':
    case 'update':
      return parseUpdateMeta(message.bytes).to.get(clientId) ?? 0;
    case 'awareness':
    case 'query-awareness':
    case 'denied':
      return 0;
  }
}
