import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs';

/** Appends words to a document's root text `text`. */
export function write(doc: Doc, words: string): void {
  const text = doc.getText('text');
  text.insert(text.length, words);
}

/** One update for each piece of text, written one after the other by one Yjs client. */
export function updatesOf(...pieces: readonly string[]): Uint8Array[] {
  const doc = new Doc();
  return recordOf(doc, () => {
    for (const words of pieces) write(doc, words);
  });
}

/** One update with some words, by a Yjs client of its own. */
export function anUpdate(words: string): Uint8Array {
  return updatesOf(words)[0]!;
}

/** The updates a document makes while something is done to it. */
export function recordOf(doc: Doc, action: () => void): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const record = (bytes: Uint8Array) => void updates.push(bytes);
  doc.on('update', record);
  action();
  doc.off('update', record);
  return updates;
}

/** Brings documents to the state of another. */
export function sync(from: Doc, ...to: readonly Doc[]): void {
  for (const doc of to) applyUpdate(doc, encodeStateAsUpdate(from));
}
