import { type Command, type EditorState, NodeSelection, type Transaction } from '@tiptap/pm/state';
import { placeOf } from '../schema/block-attributes.ts';
import { type PlacedBlock, blockAround, flowDepth } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';

/**
 * Backspace at the start of a block, one step at a time: out of the list, one level out, out of
 * the quotation, back to a paragraph, and only then joined with the block before. What is no text
 * (a table, an image) is selected instead of joined. False elsewhere, so that the browser deletes
 * a character.
 */
export const backspaceAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || !$from.parent.inlineContent || $from.parentOffset > 0) return false;
  const block = blockAround($from);
  if (block === null) return false;
  // In a caption above a grid there is nothing to join with.
  if (block.node.type.name === 'table') return true;
  const previous = neighbour(state, block, -1);
  if (previous !== null && isPlainEmpty(previous)) {
    return run(state.tr.delete(previous.pos, block.pos), dispatch);
  }
  const change = simplerBlock(block);
  if (change !== null) return run(change(state.tr), dispatch);
  if (previous === null) return true;
  return joinBlocks(state, { first: previous, second: block, caret: 'second' }, dispatch);
};

/** Delete at the end of a block: joins the next one to it, or selects it when it is no text. */
export const deleteAtEnd: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const parent = $from.parent;
  if (!empty || !parent.inlineContent || $from.parentOffset < parent.content.size) return false;
  const block = blockAround($from);
  if (block === null || block.node.type.name === 'table') return true;
  const next = neighbour(state, block, 1);
  if (next === null) return true;
  if (isPlainEmpty(block)) return run(state.tr.delete(block.pos, next.pos), dispatch);
  return joinBlocks(state, { first: block, second: next, caret: 'first' }, dispatch);
};

function joinBlocks(
  state: EditorState,
  pair: { first: PlacedBlock; second: PlacedBlock; caret: 'first' | 'second' },
  dispatch: Parameters<Command>[1],
): boolean {
  const { first, second, caret } = pair;
  const other = caret === 'first' ? second : first;
  const isEmptyRule = other.node.type.name === 'rule' && other.node.content.size === 0;
  if (isEmptyRule) {
    return run(state.tr.delete(other.pos, other.pos + other.node.nodeSize), dispatch);
  }
  const mine = caret === 'first' ? first : second;
  if (!isJoinable(other) || !isJoinable(mine)) {
    const tr = state.tr;
    if (isPlainEmpty(mine)) tr.delete(mine.pos, mine.pos + mine.node.nodeSize);
    const $other = tr.doc.resolve(tr.mapping.map(other.pos));
    return run(tr.setSelection(NodeSelection.create(tr.doc, $other.pos)), dispatch);
  }
  return run(state.tr.join(second.pos), dispatch);
}

/** How the block can be made simpler without touching its text, or null for a plain paragraph. */
function simplerBlock({ node, pos }: PlacedBlock): ((tr: Transaction) => Transaction) | null {
  const { list, indent, quote } = placeOf(node.attrs);
  if (list !== null) return (tr) => tr.setNodeAttribute(pos, 'list', null);
  if (indent > 0) return (tr) => tr.setNodeAttribute(pos, 'indent', indent - 1);
  if (quote > 0) return (tr) => tr.setNodeAttribute(pos, 'quote', quote - 1);
  if (['heading', 'code_block', 'equation', 'rule'].includes(node.type.name)) {
    return (tr) => tr.setNodeMarkup(pos, chapterSchema.nodes['paragraph'], placeOf(node.attrs));
  }
  return null;
}

function neighbour(state: EditorState, block: PlacedBlock, step: -1 | 1): PlacedBlock | null {
  const $pos = state.doc.resolve(block.pos);
  const flow = $pos.node(flowDepth($pos));
  const index = block.index + step;
  if (index < 0 || index >= flow.childCount) return null;
  const node = flow.child(index);
  return {
    node,
    index,
    pos: step < 0 ? block.pos - node.nodeSize : block.pos + block.node.nodeSize,
  };
}

function isPlainEmpty({ node }: PlacedBlock): boolean {
  const { list, indent, quote } = placeOf(node.attrs);
  return (
    node.type.name === 'paragraph' &&
    node.content.size === 0 &&
    list === null &&
    indent === 0 &&
    quote === 0
  );
}

function isJoinable({ node }: PlacedBlock): boolean {
  return ['paragraph', 'heading', 'code_block', 'unknown'].includes(node.type.name);
}

function run(tr: Transaction, dispatch: Parameters<Command>[1]): boolean {
  if (dispatch) dispatch(tr.scrollIntoView());
  return true;
}
