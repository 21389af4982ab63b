import type { Slice } from '@tiptap/pm/model';
import { type Command, TextSelection } from '@tiptap/pm/state';
import { deleteSelected, partsTable } from './delete-selection.ts';

/**
 * Moves the selected text to a position, as dragging does: first it is inserted there, then taken
 * away here, in one act. What is moved is the selection as it is now, not as it was when the drag
 * began: what others typed in it meanwhile goes along. The characters are new ones of the person who
 * moves them (D20); only whole blocks move without being written anew. `fit` may change what is
 * inserted. False, and nothing done, without selected text, with the position inside of it, or when the
 * selection begins or ends in a table.
 */
export function moveText(
  position: number,
  fit: (slice: Slice) => Slice = (slice) => slice,
): Command {
  return (state, dispatch) => {
    const { selection } = state;
    const { from, to } = selection;
    if (!(selection instanceof TextSelection) || selection.empty) return false;
    // A part of a table takes the whole along when it is deleted: perhaps the place it goes to as well.
    if ((position >= from && position <= to) || partsTable(selection)) return false;
    if (!dispatch) return true;
    const { tr } = state;
    tr.replaceRange(position, position, fit(selection.content()));
    const inserted = tr.steps.length;
    const end = tr.mapping.map(position, 1);
    const start = tr.mapping.map(position, -1);
    const [oldFrom, oldTo] = [tr.mapping.map(from, 1), tr.mapping.map(to, -1)];
    tr.setSelection(TextSelection.create(tr.doc, oldFrom, oldTo));
    deleteSelected(tr);
    const after = tr.mapping.slice(inserted);
    const [$start, $end] = [after.map(start, 1), after.map(end, -1)].map((pos) =>
      tr.doc.resolve(pos),
    );
    if ($start && $end) tr.setSelection(TextSelection.between($start, $end));
    dispatch(tr.setMeta('uiEvent', 'drop').scrollIntoView());
    return true;
  };
}
