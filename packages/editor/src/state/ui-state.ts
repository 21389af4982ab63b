import { SWITCHES } from '@plenary/report-model';
import type { Node } from '@tiptap/pm/model';
import type { EditorState } from '@tiptap/pm/state';
import { isMarkActive, linkHref, type MarkName } from '../commands/marks.ts';
import { placeOf } from '../schema/block-attributes.ts';
import { headingLevel } from '../schema/blocks.ts';
import { blockAt } from '../schema/flow.ts';
import type { EditorUiState } from '../types.ts';

/** What of the toolbar's state does not follow from the editor's state. */
export type OutsideState = Pick<EditorUiState, 'isEditable' | 'isFocused' | 'canUndo' | 'canRedo'>;

/** The toolbar's state for an editor's state. */
export function uiStateOf(state: EditorState, outside: OutsideState): EditorUiState {
  const { doc, selection } = state;
  const block = blockAt(selection.$from);
  const type = block?.node.type.name ?? 'paragraph';
  const only = doc.firstChild;
  return {
    ...outside,
    isEmpty: doc.childCount === 1 && only?.type.name === 'paragraph' && only.content.size === 0,
    hasSelection: !selection.empty,
    block: {
      type,
      level: type === 'heading' ? headingLevel(block?.node.attrs['level']) : 0,
      ...placeOf(block?.node.attrs ?? {}),
    },
    marks: Object.fromEntries(SWITCHES.map((name) => [name, isMarkActive(state, name)])) as Record<
      MarkName,
      boolean
    >,
    linkHref: linkHref(state),
    canMark: canMark(state),
    isInTable: isInTable(state),
  };
}

/** Whether two states show the same toolbar. */
export function sameUiState(a: EditorUiState, b: EditorUiState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isInTable({ selection: { $from } }: EditorState): boolean {
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === 'table_grid') return true;
  }
  return false;
}

/** Whether marks have something to hold on to: the selection may be all of the chapter, or cells. */
function canMark({ doc, selection }: EditorState): boolean {
  const { $from, $to, ranges } = selection;
  if ($from.parent.inlineContent && $from.sameParent($to)) return takesMarks($from.parent);
  let isFound = false;
  for (const range of ranges) {
    doc.nodesBetween(range.$from.pos, range.$to.pos, (node) => {
      isFound ||= takesMarks(node);
      return !isFound;
    });
  }
  return isFound;
}

function takesMarks({ inlineContent, type }: Node): boolean {
  return inlineContent && type.spec.code !== true;
}
