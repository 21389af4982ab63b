import type { SWITCHES } from '@plenary/report-model';
import { toggleMark as toggleMarkOf } from '@tiptap/pm/commands';
import type { Mark, ResolvedPos } from '@tiptap/pm/model';
import type { Command, EditorState } from '@tiptap/pm/state';
import { hrefFromInput } from '../schema/safe-address.ts';
import { chapterSchema } from '../schema/schema.ts';

/** The marks that are switched on and off. A link has commands of its own. */
export type MarkName = (typeof SWITCHES)[number];

const OPPOSITE: Partial<Record<MarkName, MarkName>> = {
  superscript: 'subscript',
  subscript: 'superscript',
};

/**
 * Sets the mark on the selected text, or on what is typed next; takes it away where all of the text
 * has it. Code and equations take no marks. Superscript and subscript replace one another.
 */
export function toggleMark(name: MarkName): Command {
  const toggle = toggleMarkOf(chapterSchema.marks[name]!, null, { removeWhenPresent: false });
  return (state, dispatch, view) => {
    if (isInCode(state)) return false;
    return toggle(
      state,
      dispatch &&
        ((tr) => {
          const opposite = OPPOSITE[name];
          if (opposite !== undefined) {
            const mark = chapterSchema.marks[opposite]!;
            const { from, to, empty } = state.selection;
            if (empty) tr.removeStoredMark(mark);
            else tr.removeMark(from, to, mark);
          }
          dispatch(tr);
        }),
      view,
    );
  };
}

/** Whether the mark is on: on all of the selected text, or on what would be typed next. */
export function isMarkActive(state: EditorState, name: MarkName): boolean {
  const type = chapterSchema.marks[name]!;
  const { from, to, empty, $from } = state.selection;
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks()) !== undefined;
  let isSeen = false;
  let isEverywhere = true;
  state.doc.nodesBetween(from, to, (node) => {
    if (!node.isInline) return isEverywhere;
    isSeen = true;
    isEverywhere &&= type.isInSet(node.marks) !== undefined;
    return false;
  });
  return isSeen && isEverywhere;
}

/**
 * Makes the selected text a link, or changes the link the caret is in. An empty selection outside
 * a link inserts the address as its own text. False for an address that cannot be a safe link.
 */
export function setLink(input: string): Command {
  return (state, dispatch) => {
    const href = hrefFromInput(input);
    if (href === null || isInCode(state)) return false;
    if (dispatch) {
      const mark = chapterSchema.marks['link']!.create({ href });
      const { from, to, empty, $from } = state.selection;
      const range = empty ? linkRange($from) : { from, to };
      const tr = state.tr;
      if (range === null) tr.replaceSelectionWith(chapterSchema.text(input.trim(), [mark]), false);
      else tr.removeMark(range.from, range.to, mark.type).addMark(range.from, range.to, mark);
      dispatch(tr.removeStoredMark(mark.type).scrollIntoView());
    }
    return true;
  };
}

/** Takes the link away from the selected text, or the whole link the caret is in. */
export const removeLink: Command = (state, dispatch) => {
  const { from, to, empty, $from } = state.selection;
  const range = empty ? linkRange($from) : { from, to };
  const type = chapterSchema.marks['link']!;
  if (range === null || !state.doc.rangeHasMark(range.from, range.to, type)) return false;
  if (dispatch) dispatch(state.tr.removeMark(range.from, range.to, type));
  return true;
};

/** The address of the link at the caret or at the start of the selection, or null. */
export function linkHref(state: EditorState): string | null {
  const mark = linkAt(state.selection.$from);
  const href: unknown = mark?.attrs['href'];
  return typeof href === 'string' ? href : null;
}

/** Takes every mark away from the selected text. */
export const clearMarks: Command = (state, dispatch) => {
  const { from, to, empty } = state.selection;
  if (empty) return false;
  if (dispatch) dispatch(state.tr.removeMark(from, to));
  return true;
};

function isInCode(state: EditorState): boolean {
  return state.selection.$from.parent.type.spec.code === true;
}

function linkAt($pos: ResolvedPos): Mark | undefined {
  const type = chapterSchema.marks['link']!;
  return type.isInSet($pos.nodeAfter?.marks ?? []) ?? type.isInSet($pos.nodeBefore?.marks ?? []);
}

/** The stretch of text around the position that is one link. */
function linkRange($pos: ResolvedPos): { from: number; to: number } | null {
  const mark = linkAt($pos);
  if (mark === undefined) return null;
  const { parent } = $pos;
  const isLinked = (index: number): boolean =>
    index >= 0 && index < parent.childCount && mark.isInSet(parent.child(index).marks);
  let first = $pos.index();
  if (!isLinked(first)) first--;
  while (isLinked(first - 1)) first--;
  let from = $pos.start();
  for (let index = 0; index < first; index++) from += parent.child(index).nodeSize;
  let to = from;
  for (let index = first; isLinked(index); index++) to += parent.child(index).nodeSize;
  return { from, to };
}
