import { stockProvider, type CutPlan, type StockProvider } from '@plenary/testing';
import { Doc } from 'yjs';
import type { ServerProcess } from './server-process.ts';

/** How long something may take to arrive on a busy machine before it counts as lost. */
export const PATIENCE = { timeout: 30_000, interval: 20 } as const;

/** A document kept in step by a stock provider. */
export interface StockClient extends StockProvider {
  readonly doc: Doc;
}

/** Opens a chapter with the unmodified y-websocket provider; it may not have synchronised yet. */
export function openStockClient(
  server: ServerProcess,
  chapterId: string,
  options: { readonly token: string; readonly cuts?: CutPlan },
): StockClient {
  const doc = new Doc();
  const stock = stockProvider({
    url: server.collabUrl,
    chapterId,
    doc,
    maxBackoffMs: 50,
    ...options,
  });
  return { ...stock, doc };
}

/** Resolves when the client has what the server had when it connected. */
export function whenSynced({ provider }: StockClient): Promise<void> {
  return new Promise((resolve) => {
    if (provider.synced) resolve();
    provider.on('sync', (isSynced: boolean) => {
      if (isSynced) resolve();
    });
  });
}

/** The text that a fresh stock client reads from the server. */
export async function readText(
  server: ServerProcess,
  chapterId: string,
  token: string,
): Promise<string> {
  const reader = openStockClient(server, chapterId, { token });
  try {
    await whenSynced(reader);
    return reader.doc.getText('body').toJSON();
  } finally {
    reader.destroy();
  }
}
