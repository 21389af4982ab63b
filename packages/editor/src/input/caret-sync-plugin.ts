import { Plugin, TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';

const EDITING_KEYS = new Set(['Backspace', 'Delete', 'Enter', 'Tab']);

/**
 * Browsers tell of a moved caret only after the key that moved it: a Backspace right behind a Home
 * would act on the old place. So these keys first take the caret from where it is on the page.
 */
export function caretSyncPlugin(): Plugin {
  return new Plugin({
    props: {
      handleKeyDown: (view, event) => {
        if (EDITING_KEYS.has(event.key) && !view.composing) syncCaret(view);
        return false;
      },
    },
  });
}

function syncCaret(view: EditorView): void {
  const { selection, doc } = view.state;
  const shown = view.dom.ownerDocument.getSelection();
  const node = shown?.focusNode ?? null;
  if (!(selection instanceof TextSelection) || !selection.empty) return;
  if (shown === null || node === null || !shown.isCollapsed || !view.dom.contains(node)) return;
  const pos = view.posAtDOM(node, shown.focusOffset, 1);
  if (pos < 0 || pos === selection.head || !doc.resolve(pos).parent.inlineContent) return;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(doc, pos)));
}
