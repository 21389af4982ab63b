import * as Y from 'yjs';
import { bodyOf } from './snapshot.ts';

/** How deep a table's shared types lie in its marker: cells, a cell's text, objects in it. */
const MAX_DEPTH = 4;

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
    deleteFilter: (item) => mayUndo(item, doc.clientID),
  });
}

function mayUndo(item: Y.Item, client: number): boolean {
  if (item.content instanceof Y.ContentType && holdsOthers(item.content.type, client, MAX_DEPTH)) {
    return false;
  }
  const { parent, parentSub } = item;
  if (parentSub === null || !(parent instanceof Y.AbstractType)) return true;
  const isFrame =
    parent instanceof Y.Map
      ? parent.get('type') === 'table' && ['type', 'rows', 'columns', 'cells'].includes(parentSub)
      : parentSub === 'at';
  return !isFrame || !holdsOthers(parent, client, MAX_DEPTH);
}

/** Whether anybody else has living text in a shared type. */
function holdsOthers(type: Y.ContentType['type'], client: number, depth: number): boolean {
  for (const item of itemsIn(type)) {
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentString && item.id.client !== client) return true;
    if (item.content instanceof Y.ContentType && depth > 0) {
      if (holdsOthers(item.content.type, client, depth - 1)) return true;
    }
  }
  return false;
}

function* itemsIn(type: Y.ContentType['type']): Generator<Y.Item> {
  yield* type._map.values();
  for (let item = type._start; item !== null; item = item.right) yield item;
}
