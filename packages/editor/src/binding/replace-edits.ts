import type { Node } from '@tiptap/pm/model';
import type { EditAction, FlowPoint, NewBlock } from './edits.ts';
import { type Token, textHolder, tokenLength, trimTokens } from './tokens.ts';

/** A stretch of a flow that was replaced: where it began, what stood there and what stands there now. */
export interface Replacement {
  /** The flow before. */
  readonly flow: Node;
  readonly from: FlowPoint;
  readonly before: readonly Token[];
  readonly after: readonly Token[];
}

/**
 * The edits that make the tokens `after` out of `before`, as few as what differs. Null when they
 * would part a table's grid from its marker.
 */
export function editsOfReplacement(replacement: Replacement): EditAction[] | null {
  const edits: EditAction[] = [];
  let rest = trimTokens(replacement.before, replacement.after);
  let point = advance(replacement.from, rest.head);
  if (partsTable(rest.before) || partsTable(rest.after)) return null;
  while (canSetBlock(rest.before, rest.after)) {
    const block = nextBlock(point);
    const before = markerNode(rest.before);
    const node = markerNode(rest.after);
    edits.push({ kind: 'set-block', block, before, node });
    rest = trimTokens(rest.before.slice(1), rest.after.slice(1));
    point = advance({ block, offset: 0 }, rest.head);
  }
  const change = { ...replacement, from: point, before: rest.before, after: rest.after };
  if (isPartialFromBorder(change)) return [...edits, ...replaceFromBorder(change)];
  edits.push(...newFirst([...deletions(change), ...insertions(change)]));
  return edits;
}

/**
 * What is new comes before what is old goes: a flow that lost its last block would make one up,
 * which would stay, and a table that others deleted goes with the last word in it.
 */
function newFirst(edits: readonly EditAction[]): EditAction[] {
  const inlines = edits.find((edit) => edit.kind === 'insert-inlines');
  const blocks = edits.find((edit) => edit.kind === 'insert-blocks');
  const shifted = edits.flatMap((edit): EditAction[] => {
    if (edit.kind === 'delete-text' && inlines !== undefined) {
      const length = inlines.inlines.reduce((sum, token) => sum + tokenLength(token), 0);
      return [{ ...edit, from: edit.from + length, to: edit.to + length }];
    }
    if (edit.kind === 'delete-blocks' && blocks !== undefined) {
      const count = blocks.blocks.length;
      return [{ ...edit, from: edit.from + count, to: edit.to + count }];
    }
    return edit === inlines || edit === blocks ? [] : [edit];
  });
  const isOverBorder = edits.some(({ kind }) => kind === 'delete-across');
  if (isOverBorder) return [...edits];
  const arrivals = edits.filter((edit) => edit === inlines || edit === blocks);
  return [...arrivals, ...shifted];
}

/** The place after these tokens of the same flow. */
export function advance(point: FlowPoint, tokens: readonly Token[]): FlowPoint {
  let { block, offset } = point;
  for (const token of tokens) {
    if (token.kind === 'marker') {
      block = offset < 0 ? block : block + 1;
      offset = 0;
    } else offset += tokenLength(token);
  }
  return { block, offset };
}

function deletions({ flow, from, before }: Replacement): EditAction[] {
  if (before.length === 0) return [];
  const to = advance(from, before);
  if (!before.some(isMarker)) {
    return [{ kind: 'delete-text', block: from.block, from: from.offset, to: to.offset }];
  }
  if (to.offset < textLength(flow, to.block)) return [{ kind: 'delete-across', from, to }];
  // The last block goes whole: no join, which a table would not take part in. What comes later goes
  // first, so that the numbers before it stay true whatever becomes of an emptied block.
  const edits: EditAction[] = [{ kind: 'delete-blocks', from: nextBlock(from), to: to.block + 1 }];
  if (!isMarker(before[0])) {
    const end = textLength(flow, from.block);
    edits.push({ kind: 'delete-text', block: from.block, from: from.offset, to: end });
  }
  return edits;
}

function insertions({ flow, from, before, after }: Replacement): EditAction[] {
  if (after.length === 0) return [];
  const { head, blocks } = groupBlocks(after);
  const edits: EditAction[] = [];
  const to = advance(from, before);
  const isAtEnd = from.offset < 0 || to.offset === textLength(flow, to.block);
  if (blocks.length > 0 && !isAtEnd) {
    return [{ kind: 'insert-content', at: from, inlines: head, blocks }];
  }
  if (head.length > 0) edits.push({ kind: 'insert-inlines', at: from, inlines: head });
  if (blocks.length > 0) edits.push({ kind: 'insert-blocks', before: nextBlock(from), blocks });
  return edits;
}

/**
 * Whether the change goes from a block's border into a later block's text, so that the text left
 * there gets the last new marker. It happens where a table's marker could not become that marker.
 */
function isPartialFromBorder({ flow, from, before }: Replacement): boolean {
  if (from.offset >= 0 || before.length === 0) return false;
  const to = advance(from, before);
  return to.offset < textLength(flow, to.block);
}

function replaceFromBorder({ from, before, after }: Replacement): EditAction[] {
  const to = advance(from, before);
  const { blocks } = groupBlocks(after);
  const last = blocks.at(-1);
  if (last === undefined) throw new RangeError('a text would be left without a block');
  const edits: EditAction[] = [];
  if (to.offset > 0) edits.push({ kind: 'delete-text', block: to.block, from: 0, to: to.offset });
  if (last.inlines.length > 0) {
    const at = { block: to.block, offset: 0 };
    edits.push({ kind: 'insert-inlines', at, inlines: last.inlines });
  }
  const marker = before.findLast((token) => token.kind === 'marker')!;
  edits.push(
    { kind: 'set-block', block: to.block, before: marker.node, node: last.node },
    { kind: 'delete-blocks', from: from.block, to: to.block },
    { kind: 'insert-blocks', before: from.block, blocks: blocks.slice(0, -1) },
  );
  return edits;
}

function groupBlocks(tokens: readonly Token[]): { head: Token[]; blocks: NewBlock[] } {
  const head: Token[] = [];
  const blocks: { node: Node; inlines: Token[] }[] = [];
  for (const token of tokens) {
    if (token.kind === 'marker') blocks.push({ node: token.node, inlines: [] });
    else if (token.kind !== 'grid') (blocks.at(-1)?.inlines ?? head).push(token);
  }
  return { head, blocks };
}

/**
 * Whether both begin with a marker and the first can become the second. A table's grid belongs to
 * its marker: where a grid goes or comes too, it goes and comes with the marker.
 */
function canSetBlock(before: readonly Token[], after: readonly Token[]): boolean {
  const [was] = before;
  const [is] = after;
  if (was?.kind !== 'marker' || is?.kind !== 'marker') return false;
  if (was.node.type.name !== 'table' && is.node.type.name !== 'table') return true;
  return was.node.type === is.node.type && !before.some(isGrid) && !after.some(isGrid);
}

/** Whether the tokens hold a grid without the marker of its table. */
function partsTable(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (token.kind !== 'grid') return false;
    return !tokens
      .slice(0, at)
      .some((other) => other.kind === 'marker' && other.node.lastChild === token.node);
  });
}

function isGrid(token: Token): boolean {
  return token.kind === 'grid';
}

function isMarker(token: Token | undefined): boolean {
  return token?.kind === 'marker';
}

function markerNode(tokens: readonly Token[]): Node {
  const [first] = tokens;
  if (first?.kind !== 'marker') throw new RangeError('no marker there');
  return first.node;
}

/** The number of the block whose marker stands at this place. */
function nextBlock({ block, offset }: FlowPoint): number {
  return offset < 0 ? block : block + 1;
}

function textLength(flow: Node, block: number): number {
  const node = flow.maybeChild(block);
  return node === null ? 0 : textHolder(node).content.size;
}
