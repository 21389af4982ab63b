import * as Y from 'yjs';

/**
 * Keeps a copy from writing because it received something. Y.Text tidies formatting after remote
 * changes by deletions of its own: a reader who may not write would send them, and, measured by our
 * fuzz, they can take away formatting that everybody else still sees. What is left untidied is a few
 * bytes and never visible. Returns how to stop.
 *
 * Yjs has no switch for this, hence the internal field; a test fails if it stops working.
 */
export function keepReadingQuiet(doc: Y.Doc): () => void {
  const quieten = (transaction: Y.Transaction): void => {
    transaction._needFormattingCleanup = false;
  };
  doc.on('afterTransaction', quieten);
  return () => doc.off('afterTransaction', quieten);
}

/**
 * Repairs what Yjs forgets when a root was filled before it was first asked for as a text (a copy read
 * from the browser's store): that it holds formatting. Deleting would otherwise look formatting up in
 * the wrong place and could take away more than was asked for. Changes nothing in the document.
 */
export function adoptFormatting(text: Y.Text): void {
  if (text._hasFormatting) return;
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentFormat)) continue;
    text._hasFormatting = true;
    text._searchMarker = null;
    return;
  }
}
