import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { flowDepth } from '../schema/flow.ts';
import type { FlowPath, FlowPoint } from './edits.ts';
import { textHolder } from './tokens.ts';

/** A flow found in a ProseMirror document. */
export interface LocatedFlow {
  readonly path: FlowPath;
  readonly node: Node;
  /** The position where its content starts. */
  readonly start: number;
}

/** The innermost flow that holds both positions, or null when a grid parts them. */
export function sharedFlow(doc: Node, from: number, to: number): LocatedFlow | null {
  const $from = doc.resolve(from);
  const $to = doc.resolve(to);
  const flow = flowAt($from);
  const other = flowAt($to);
  if (flow === null || other === null || flow.start !== other.start) return null;
  return flow;
}

/** The flow a position is in. Null inside a grid but in none of its cells. */
export function flowAt($pos: ResolvedPos): LocatedFlow | null {
  const depth = flowDepth($pos);
  for (let inner = depth + 1; inner <= $pos.depth; inner++) {
    if ($pos.node(inner).type.spec['tableRole'] !== undefined) return null;
  }
  const node = $pos.node(depth);
  const start = depth === 0 ? 0 : $pos.start(depth);
  if (depth === 0) return { path: { kind: 'body' }, node, start };
  // doc > table > table_grid > table_row > cell
  const path: FlowPath = {
    kind: 'cell',
    block: $pos.index(depth - 4),
    row: $pos.index(depth - 2),
    column: $pos.index(depth - 1),
  };
  return { path, node, start };
}

/** The place in the flow's tokens a position stands for. */
export function pointAt({ node, start }: LocatedFlow, pos: number): FlowPoint {
  let blockPos = start;
  for (let block = 0; block < node.childCount; block++) {
    const child = node.child(block);
    if (pos <= blockPos) return { block, offset: -1 };
    if (pos < blockPos + child.nodeSize) {
      const holder = textHolder(child);
      const textStart = blockPos + 1 + (holder === child ? 0 : 1);
      const offset = Math.min(Math.max(0, pos - textStart), holder.content.size);
      // Past a table's grid there is nothing of the block left.
      const isPastGrid = holder !== child && pos > textStart + holder.content.size + 1;
      return isPastGrid ? { block: block + 1, offset: -1 } : { block, offset };
    }
    blockPos += child.nodeSize;
  }
  return { block: node.childCount, offset: -1 };
}

/** The flow with this path in a document. Null when there is none. */
export function flowAtPath(doc: Node, path: FlowPath): LocatedFlow | null {
  if (path.kind === 'body') return { path, node: doc, start: 0 };
  const table = doc.maybeChild(path.block);
  if (table === null || table.type.name !== 'table') return null;
  const grid = table.child(1);
  const row = grid.maybeChild(path.row);
  const cell = row?.maybeChild(path.column);
  if (row === null || row === undefined || cell === null || cell === undefined) return null;
  let start = blockPosition(doc, 0, path.block) + 1 + table.firstChild!.nodeSize + 1;
  for (let index = 0; index < path.row; index++) start += grid.child(index).nodeSize;
  start += 1;
  for (let index = 0; index < path.column; index++) start += row.child(index).nodeSize;
  return { path, node: cell, start: start + 1 };
}

/** The position before a flow's block, or the flow's end for a number past the last. */
export function blockPosition(flow: Node, start: number, block: number): number {
  let pos = start;
  for (let index = 0; index < block && index < flow.childCount; index++) {
    pos += flow.child(index).nodeSize;
  }
  return pos;
}

/** The position of a place in a flow; places past the end of a text are its end. */
export function positionOf({ node, start }: LocatedFlow, point: FlowPoint): number {
  const pos = blockPosition(node, start, point.block);
  const block = node.maybeChild(point.block);
  if (point.offset < 0 || block === null) return pos;
  const holder = textHolder(block);
  const inner = Math.min(point.offset, holder.content.size);
  return pos + 1 + (holder === block ? 0 : 1) + inner;
}
