import * as Y from 'yjs';
import { bodyOf } from './snapshot.ts';
import { setKey } from './write.ts';

/** Settings of an undo manager. */
export interface UndoOptions {
  /** Acts closer together than this are undone together, in milliseconds. */
  readonly captureTimeout?: number;
}

/**
 * Undo and redo of one editor's own acts: those whose transactions carry `origin`. Undoing never takes
 * away what others wrote, not even with the table or the row they wrote it in (D18). The caller
 * destroys the manager.
 */
export function createUndoManager(
  doc: Y.Doc,
  origin: unknown,
  options: UndoOptions = {},
): Y.UndoManager {
  return new Y.UndoManager(bodyOf(doc), {
    trackedOrigins: new Set([origin]),
    captureTimeout: options.captureTimeout ?? 500,
    deleteFilter: mayDelete,
  });
}

/**
 * Whether undoing may delete an item. What holds other texts stays, because somebody may be writing in
 * it at this moment: a table is marked gone instead (in the same transaction, so that redoing brings it
 * back), a row or column merely loses its entry, and both show again if there is text in them.
 */
function mayDelete({ content, parent, parentSub }: Y.Item): boolean {
  if (content instanceof Y.ContentType) {
    const { type } = content;
    if (type instanceof Y.Map && type.get('type') === 'table') {
      setKey(type, 'gone', true);
      return false;
    }
    if (type instanceof Y.Text && type.getAttribute('at') !== undefined) return false;
  }
  if (parentSub === null) return true;
  if (parent instanceof Y.Text) return parentSub !== 'at';
  return !(parent instanceof Y.Map && parent.get('type') === 'table' && FRAME.has(parentSub));
}

/** The keys without which a marker is no table. */
const FRAME: ReadonlySet<string> = new Set(['type', 'rows', 'columns', 'cells']);
