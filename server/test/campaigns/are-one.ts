import { encodeStateVector, equalSnapshots, snapshot, type Doc } from 'yjs';
import { ROOT } from './typist.ts';

/** Whether documents hold the same insertions and deletions, and show the same text. */
export function areOne(docs: readonly Doc[]): boolean {
  const [first, ...others] = docs as readonly [Doc, ...Doc[]];
  const vector = Buffer.from(encodeStateVector(first));
  return others.every(
    (doc) =>
      vector.length === encodeStateVector(doc).length &&
      doc.getText(ROOT).toJSON() === first.getText(ROOT).toJSON() &&
      equalSnapshots(snapshot(doc), snapshot(first)),
  );
}
