import { stockProvider, type CutPlan, type StockProvider } from '@plenary/testing';
import { expect, onTestFinished } from 'vitest';
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

/** The text a client shows. */
function textOf({ doc }: StockClient): string {
  return doc.getText('body').toJSON();
}

/** Expects something of the text that a fresh stock client is given by the server. */
export function expectText(
  server: ServerProcess,
  chapterId: string,
  options: { readonly token: string; readonly timeout?: number },
): ReturnType<typeof expect.poll<string>> {
  const reader = openStockClient(server, chapterId, { token: options.token });
  onTestFinished(() => reader.destroy());
  const timeout = options.timeout ?? PATIENCE.timeout;
  return expect.poll(() => textOf(reader), { ...PATIENCE, timeout });
}
