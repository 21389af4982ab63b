import { stockProvider } from '@plenary/testing';
import { Doc, encodeStateAsUpdate } from 'yjs';

/** How long a newcomer may wait for a chapter on a busy machine before it counts as lost. */
const PATIENCE_MS = 30_000;

/**
 * The state of a chapter as a stock client is given it that has never been there. Rejects when it is
 * not given one.
 */
export async function readFresh(options: {
  readonly collabUrl: string;
  readonly chapterId: string;
  readonly token: string;
}): Promise<Uint8Array> {
  const { collabUrl: url, chapterId, token } = options;
  const doc = new Doc();
  const { promise: synced, resolve, reject } = Promise.withResolvers<void>();
  const stock = stockProvider({ url, chapterId, doc, token });
  const timer = setTimeout(() => {
    reject(new Error(`a newcomer was not given chapter ${chapterId}`));
  }, PATIENCE_MS);
  stock.provider.on('sync', (isSynced: boolean) => {
    if (isSynced) resolve();
  });
  try {
    await synced;
    return encodeStateAsUpdate(doc);
  } finally {
    clearTimeout(timer);
    stock.destroy();
    doc.destroy();
  }
}
