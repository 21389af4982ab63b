import type { ResolvedPos } from '@tiptap/pm/model';
import {
  type Command,
  NodeSelection,
  Selection,
  TextSelection,
  type Transaction,
} from '@tiptap/pm/state';
import { chapterSchema } from '../schema/schema.ts';

/** Deletes the selected content. A table of which only a part is selected goes whole. */
export const deleteSelection: Command = (state, dispatch) => {
  if (state.selection.empty) return false;
  if (dispatch) dispatch(deleteSelected(state.tr).scrollIntoView());
  return true;
};

/**
 * Deletes what a transaction has selected, and leaves the caret there. A selection that begins or
 * ends inside a table and reaches out of it takes the whole table: parts of a grid cannot be joined
 * with what is around.
 */
export function deleteSelected(tr: Transaction): Transaction {
  const { selection } = tr;
  if (selection.empty) return tr;
  if (partsTable(selection)) {
    const from = tableBorder(selection.$from, 'before') ?? selection.from;
    const to = tableBorder(selection.$to, 'after') ?? selection.to;
    tr.delete(from, to);
    return tr.setSelection(Selection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size)), -1));
  }
  const isOnlyBlock =
    selection instanceof NodeSelection &&
    selection.node.isBlock &&
    selection.$from.parent.childCount === 1;
  if (!isOnlyBlock) return tr.deleteSelection();
  // A flow keeps at least one block.
  tr.replaceSelectionWith(chapterSchema.nodes['paragraph']!.create());
  return tr.setSelection(Selection.near(tr.doc.resolve(selection.from + 1), -1));
}

/** Whether a selection of text begins in a table or one of its cells and ends elsewhere. */
export function partsTable(selection: Selection): boolean {
  if (!(selection instanceof TextSelection)) return false;
  const { $from, $to } = selection;
  const inside = (pos: ResolvedPos): boolean => pos.node(1).type.name === 'table';
  if (!inside($from) && !inside($to)) return false;
  // Inside one caption or one cell everything can be deleted.
  const shared = $from.node($from.sharedDepth($to.pos));
  return shared.type.name === 'doc' || shared.type.name.match(/^table(_grid|_row)?$/u) !== null;
}

function tableBorder($pos: ResolvedPos, side: 'before' | 'after'): number | null {
  if ($pos.node(1).type.name !== 'table') return null;
  return side === 'before' ? $pos.before(1) : $pos.after(1);
}
