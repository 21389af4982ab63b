import { stockProvider } from '@plenary/testing';
import { Doc, encodeStateAsUpdate } from 'yjs';

/** How long a newcomer may wait for a chapter on a busy machine before it counts as lost. */
const PATIENCE_MS = 60_000;

/** A stock client that has never been in a chapter before. */
export interface FreshReader {
  /** The chapter as it has been given by now. */
  state(): Uint8Array;
  leave(): void;
}

/** Opens a chapter as a newcomer and resolves when it was given; rejects when it is not. */
export async function openFresh(options: {
  readonly collabUrl: string;
  readonly chapterId: string;
  readonly token: string;
}): Promise<FreshReader> {
  const { collabUrl: url, chapterId, token } = options;
  const doc = new Doc();
  const { promise: synced, resolve, reject } = Promise.withResolvers<void>();
  const stock = stockProvider({ url, chapterId, doc, token });
  const leave = (): void => {
    stock.destroy();
    doc.destroy();
  };
  const timer = setTimeout(() => {
    reject(new Error(`a newcomer was not given chapter ${chapterId}`));
  }, PATIENCE_MS);
  stock.provider.on('sync', (isSynced: boolean) => {
    if (isSynced) resolve();
  });
  try {
    await synced;
    return { state: () => encodeStateAsUpdate(doc), leave };
  } catch (error) {
    leave();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
