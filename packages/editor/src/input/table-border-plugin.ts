import { Plugin } from '@tiptap/pm/state';
import { deleteSelected, partsTable } from '../commands/delete-selection.ts';

/** Typing and pasting over a selection that reaches into a table: the whole table is replaced. */
export function tableBorderPlugin(): Plugin {
  return new Plugin({
    props: {
      handleTextInput: (view, _from, _to, text) => {
        if (!partsTable(view.state.selection)) return false;
        view.dispatch(deleteSelected(view.state.tr).insertText(text).scrollIntoView());
        return true;
      },
      handlePaste: (view) => {
        if (partsTable(view.state.selection)) view.dispatch(deleteSelected(view.state.tr));
        return false;
      },
    },
  });
}
