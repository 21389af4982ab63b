import { setTimeout as wait } from 'node:timers/promises';
import { textOf, type TraceDocument } from '../trace-document.ts';
import { openClient, type Client, type Target } from './client.ts';
import { dialectFor } from './dialect.ts';

const ATTEMPTS = 100;
const PAUSE_MS = 100;

/**
 * Puts a document into an empty room as one client's updates, and waits until another client reads
 * it back whole. Returns the client that brought it: servers without storage forget the room when it
 * leaves.
 */
export async function fillRoom(target: Target, document: TraceDocument): Promise<Client> {
  const author = await openClient(target, {});
  for (const update of document.updates) author.send(author.dialect.update(update));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await readsWhole(target, document.text)) return author;
    await wait(PAUSE_MS);
  }
  author.end();
  throw new Error('a room did not take the document');
}

/** Whether a fresh client is given the whole text. */
export async function readsWhole(target: Target, text: string): Promise<boolean> {
  const parts: Uint8Array[] = [];
  // Not the reader's own: what came before the answer that opens it is text as well.
  const dialect = dialectFor(target.dialect, target.room);
  const reader = await openClient(target, {
    synced: (state) => parts.push(state),
    update: (chunk, start, end) => parts.push(dialect.body(chunk, start, end).slice()),
  });
  for (let attempt = 0; attempt < 5 && textOf(parts) !== text; attempt += 1) await wait(PAUSE_MS);
  reader.end();
  return textOf(parts) === text;
}
