import * as Y from 'yjs';
import { loadTrace } from '@plenary/testing';

/** A document with a long history, as updates, and the text a reader must see in it. */
export type TraceDocument = { readonly updates: readonly Uint8Array[]; readonly text: string };

/** Root of the text, as Plenary's format has it; the servers do not look inside. */
export const ROOT = 'body';

/**
 * The automerge-paper trace typed into one document: 259,778 edits by one hand. Throws when the test
 * data is not there, since the benchmark would have nothing to open.
 */
export function traceDocument(): TraceDocument {
  const trace = loadTrace('automerge-paper');
  if (trace === null) throw new Error('the editing traces are needed: set PLENARY_DATA');
  const doc = new Y.Doc();
  const text = doc.getText(ROOT);
  text.insert(0, trace.startContent);
  for (const patches of trace.transactions) {
    doc.transact(() => {
      for (const [position, deleted, inserted] of patches) {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted !== '') text.insert(position, inserted);
      }
    });
  }
  if (text.toJSON() !== trace.endContent) throw new Error('the trace does not end as it should');
  return { updates: [Y.encodeStateAsUpdate(doc)], text: trace.endContent };
}

/** The text that updates make, whatever their order. */
export function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText(ROOT).toJSON();
}
