import type { Node, ResolvedPos } from '@tiptap/pm/model';
import type { Selection } from '@tiptap/pm/state';

/*
 * A flow is a list of blocks: the chapter's body, or what stands in one table cell.
 */

/** A block of a flow with its position. */
export interface PlacedBlock {
  readonly node: Node;
  /** The position before the block. */
  readonly pos: number;
  /** Its number in its flow, from 0. */
  readonly index: number;
}

/** Whether the node holds blocks: the body or a table cell. */
export function isFlow(node: Node): boolean {
  const role: unknown = node.type.spec['tableRole'];
  return node.type.name === 'doc' || role === 'cell' || role === 'header_cell';
}

/** The depth of the innermost flow around a position; 0 is the body. */
export function flowDepth($pos: ResolvedPos): number {
  for (let depth = $pos.depth; depth > 0; depth--) if (isFlow($pos.node(depth))) return depth;
  return 0;
}

/** The block a position is in, or null for a position between blocks. */
export function blockAround($pos: ResolvedPos): PlacedBlock | null {
  const depth = flowDepth($pos);
  if ($pos.depth === depth) return null;
  return { node: $pos.node(depth + 1), pos: $pos.before(depth + 1), index: $pos.index(depth) };
}

/** The block a position is in, or the one it stands before. Null at the end of a flow. */
export function blockAt($pos: ResolvedPos): PlacedBlock | null {
  const around = blockAround($pos);
  if (around !== null) return around;
  const node = $pos.nodeAfter;
  return node === null ? null : { node, pos: $pos.pos, index: $pos.index() };
}

/**
 * The blocks a selection touches, in order: of the innermost flow that holds both ends. A table
 * counts as one block unless the selection is inside one of its cells.
 */
export function selectedBlocks(selection: Selection): PlacedBlock[] {
  const { $from, $to } = selection;
  const shared = $from.sharedDepth($to.pos);
  let depth = Math.min(shared, flowDepth($from));
  while (depth > 0 && !isFlow($from.node(depth))) depth--;
  const flow = $from.node(depth);
  const first = $from.index(depth);
  const last = $to.depth === depth ? $to.indexAfter(depth) - 1 : $to.index(depth);
  const blocks: PlacedBlock[] = [];
  let pos = $from.posAtIndex(first, depth);
  for (let index = first; index <= last && index < flow.childCount; index++) {
    const node = flow.child(index);
    blocks.push({ node, pos, index });
    pos += node.nodeSize;
  }
  return blocks;
}
