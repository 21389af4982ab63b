import { type EditorState, Plugin, PluginKey, TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';

/** Where the browser's selection begins and ends. */
interface Ends {
  readonly anchorNode: Node | null;
  readonly anchorOffset: number;
  readonly focusNode: Node | null;
  readonly focusOffset: number;
}

/** What the view has had the chance to hear of the browser's selection. */
class HeardSelection {
  #ends: Ends | null = null;

  isAt(shown: Ends): boolean {
    const ends = this.#ends;
    return (
      ends !== null &&
      ends.anchorNode === shown.anchorNode &&
      ends.anchorOffset === shown.anchorOffset &&
      ends.focusNode === shown.focusNode &&
      ends.focusOffset === shown.focusOffset
    );
  }

  hear(shown: Selection | null): void {
    if (shown === null) return;
    const { anchorNode, anchorOffset, focusNode, focusOffset } = shown;
    this.#ends = { anchorNode, anchorOffset, focusNode, focusOffset };
  }
}

const heardKey = new PluginKey<HeardSelection>('heard selection');

/** Keeps what {@link readSelection} compares with. */
export function browserSelectionPlugin(): Plugin<HeardSelection> {
  return new Plugin<HeardSelection>({
    key: heardKey,
    state: {
      init: () => new HeardSelection(),
      apply: (_tr, heard) => heard,
    },
    view: ({ state, dom }) => {
      const { ownerDocument } = dom;
      const hear = (): void => heardKey.getState(state)?.hear(ownerDocument.getSelection());
      ownerDocument.addEventListener('selectionchange', hear);
      hear();
      return {
        update: hear,
        destroy: () => ownerDocument.removeEventListener('selectionchange', hear),
      };
    },
  });
}

/**
 * Takes over the caret where a click or a key has just put it. Browsers move it first and tell of it in
 * a later task; a view that shows something else in between would put it back, and the words that
 * follow would go where the person had been before. To be called before showing what the person has
 * not done. Nothing happens while the view does not have the focus or text is composed.
 */
export function readSelection(view: EditorView): void {
  if (view.isDestroyed || view.composing || !view.hasFocus()) return;
  const shown = view.dom.ownerDocument.getSelection();
  if (shown === null || heardKey.getState(view.state)?.isAt(shown) !== false) return;
  const selection = textSelectionOf(view, shown);
  if (selection === null || selection.eq(view.state.selection)) return;
  view.dispatch(view.state.tr.setSelection(selection).setMeta('pointer', true));
}

function textSelectionOf(view: EditorView, shown: Selection) {
  const { anchorNode, focusNode, anchorOffset, focusOffset, isCollapsed } = shown;
  if (anchorNode === null || focusNode === null) return null;
  if (!view.dom.contains(anchorNode) || !view.dom.contains(focusNode)) return null;
  const { state } = view;
  // Selected cells and blocks are drawn as a stretch of text: only a caret says that they were left.
  if (!(state.selection instanceof TextSelection) && !isCollapsed) return null;
  const $anchor = textPlace(state, view.posAtDOM(anchorNode, anchorOffset, 1));
  const $head = textPlace(state, view.posAtDOM(focusNode, focusOffset, 1));
  if ($anchor === null || $head === null) return null;
  // While cells are selected by dragging, these say so.
  const other = view.someProp('createSelectionBetween', (f) => f(view, $anchor, $head));
  return other ?? TextSelection.between($anchor, $head);
}

function textPlace({ doc }: EditorState, pos: number) {
  if (pos < 0 || pos > doc.content.size) return null;
  const $pos = doc.resolve(pos);
  return $pos.parent.inlineContent ? $pos : null;
}
