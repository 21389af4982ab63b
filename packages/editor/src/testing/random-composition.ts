import { TextSelection } from '@tiptap/pm/state';
import { type Actor, randomPlace } from './random-acts.ts';

/** What an input method shows before the word is chosen. */
const LETTERS = '\u{3042}';

/**
 * One step of composing a word: placing the caret and beginning, one more letter, or choosing the
 * word and ending. Says which.
 */
export function composeAtRandom({ editor, chance, nextWord }: Actor): string {
  const { state } = editor;
  const { head, $head } = state.selection;
  if (!editor.composing) {
    const caret = TextSelection.create(state.doc, randomPlace(state.doc, chance));
    editor.dispatch(state.tr.setSelection(caret));
    editor.composing = true;
    return 'composition begins';
  }
  if (chance.is(0.6)) {
    editor.dispatch(state.tr.insertText(LETTERS, head));
    return 'composition grows';
  }
  const before = $head.parent.textBetween(0, $head.parentOffset, undefined, '\u{FFFC}');
  const composed = before.length - before.replace(/\u{3042}+$/u, '').length;
  editor.dispatch(state.tr.insertText(nextWord(), head - composed, head));
  editor.composing = false;
  editor.binding.release();
  return 'composition ends';
}
