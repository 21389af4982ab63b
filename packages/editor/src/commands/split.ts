import type { Node } from '@tiptap/pm/model';
import { type Command, type EditorState, Selection, TextSelection } from '@tiptap/pm/state';
import { placeOf } from '../schema/block-attributes.ts';
import { blockAround } from '../schema/flow.ts';
import { deleteSelected } from './delete-selection.ts';
import { chapterSchema } from '../schema/schema.ts';

/**
 * Enter. In a text it splits the block; in an empty list item or quotation it goes one level out;
 * in code it starts a line, and after two empty lines leaves the code; after a heading, a caption,
 * an equation or a rule it starts a paragraph.
 */
export const enter: Command = (state, dispatch, view) => {
  const block = blockAround(state.selection.$from);
  if (block === null) return false;
  const { name } = block.node.type;
  if (name === 'code_block') return newLineInCode(state, dispatch, view);
  if (name === 'image' || name === 'equation' || name === 'rule' || name === 'table') {
    return newParagraphAfter(state, dispatch, view);
  }
  return leaveEmptyPlace(state, dispatch, view) || splitBlock(state, dispatch, view);
};

/** Starts an empty paragraph after the block the selection is in. */
export const newParagraphAfter: Command = (state, dispatch) => {
  const block = blockAround(state.selection.$to);
  if (block === null) return false;
  if (dispatch) {
    const after = block.pos + block.node.nodeSize;
    const tr = state.tr.insert(
      after,
      chapterSchema.nodes['paragraph']!.create(nextPlace(block.node)),
    );
    dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  }
  return true;
};

/** A line break inside the block, whatever its type. */
export const insertLineBreak: Command = (state, dispatch) => {
  const block = blockAround(state.selection.$from);
  if (block === null || !state.selection.$from.parent.inlineContent) return false;
  if (dispatch) dispatch(state.tr.insertText('\n').scrollIntoView());
  return true;
};

/** Splits the block at the selection, whose content is deleted first. */
const splitBlock: Command = (state, dispatch) => {
  if (!(state.selection instanceof TextSelection)) return false;
  if (dispatch) {
    const tr = deleteSelected(state.tr);
    const { $from } = tr.selection;
    const block = blockAround($from);
    if (block === null || !$from.parent.inlineContent) return false;
    const isAtEnd = $from.parentOffset === $from.parent.content.size;
    const isAtStart = $from.parentOffset === 0;
    if (isAtStart && !isAtEnd) {
      // The text keeps its own block; an empty one of the same place is put before it.
      tr.insert(block.pos, chapterSchema.nodes['paragraph']!.create(listPlace(block.node)));
    } else {
      const becomesParagraph = isAtEnd && block.node.type.name !== 'paragraph';
      const type = becomesParagraph ? chapterSchema.nodes['paragraph']! : block.node.type;
      const attrs = becomesParagraph ? listPlace(block.node) : block.node.attrs;
      tr.split($from.pos, 1, [{ type, attrs }]);
    }
    dispatch(tr.scrollIntoView());
  }
  return true;
};

/** In an empty block of a list or quotation: one step towards the plain paragraph. */
const leaveEmptyPlace: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const block = blockAround($from);
  if (!empty || block === null || block.node.content.size > 0) return false;
  const { list, indent, quote } = placeOf(block.node.attrs);
  const change =
    indent > 0
      ? { indent: indent - 1 }
      : list !== null
        ? { list: null }
        : quote > 0
          ? { quote: quote - 1 }
          : null;
  if (change === null) return false;
  if (dispatch) {
    const tr = state.tr;
    for (const [name, value] of Object.entries(change)) tr.setNodeAttribute(block.pos, name, value);
    dispatch(tr.scrollIntoView());
  }
  return true;
};

const newLineInCode: Command = (state, dispatch, view) => {
  const { $from, empty } = state.selection;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\u{FFFC}');
  const isAtEnd = $from.parentOffset === $from.parent.content.size;
  if (empty && isAtEnd && before.endsWith('\n\n')) return leaveCode(state, dispatch);
  return insertLineBreak(state, dispatch, view);
};

function leaveCode(state: EditorState, dispatch: Parameters<Command>[1]): boolean {
  if (dispatch) {
    const { $from } = state.selection;
    const tr = state.tr.delete($from.pos - 2, $from.pos);
    const after = tr.mapping.map($from.after());
    tr.insert(after, chapterSchema.nodes['paragraph']!.create(nextPlace($from.parent)));
    dispatch(tr.setSelection(Selection.near(tr.doc.resolve(after + 1))).scrollIntoView());
  }
  return true;
}

/** The place of the next item: the same list, level and quotation. */
function listPlace(node: Node): Record<string, unknown> {
  return { ...placeOf(node.attrs) };
}

/** The place of what follows a block that is no text of its list. */
function nextPlace(node: Node): Record<string, unknown> {
  const { indent, quote } = placeOf(node.attrs);
  return { list: null, indent, quote };
}
