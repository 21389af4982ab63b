import type * as Y from 'yjs';
import { readFragments } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { displayOrder } from './order.ts';
import type { BlockKey } from './types.ts';

/** One block of a text: the fragments it consists of, in visible order (usually one). */
export interface FlowBlock {
  readonly key: BlockKey;
  readonly fragments: readonly Fragment[];
  readonly length: number;
}

/**
 * A text with its fragments in physical order, and its blocks in visible order (never empty). Only
 * `patchSnapshot` replaces what is in the lists.
 */
export interface Flow {
  readonly text: Y.Text;
  readonly fragments: Fragment[];
  /** Indices into `fragments` as shown; fragments without a block (an unused head) included. */
  readonly order: readonly number[];
  readonly blocks: FlowBlock[];
}

/** Reads a text. */
export function readFlow(text: Y.Text): Flow {
  return arrange(text, readFragments(text));
}

/** Orders fragments and groups them into blocks. */
export function arrange(text: Y.Text, fragments: Fragment[]): Flow {
  const order = displayOrder(fragments);
  const groups: Fragment[][] = [];
  for (const index of order) {
    const fragment = fragments[index];
    if (!fragment || isUnusedHead(fragment, index)) continue;
    const last = groups.at(-1);
    if (last && fragment.keys['join'] === true) last.push(fragment);
    else groups.push([fragment]);
  }
  const head = fragments[0];
  if (groups.length === 0 && head) groups.push([head]);
  return { text, fragments, order, blocks: groups.map(flowBlockOf) };
}

/** The first fragment of a text is no block once somebody deleted it, as long as nobody types in it. */
function isUnusedHead(fragment: Fragment, index: number): boolean {
  return index === 0 && fragment.visible === 0 && fragment.keys['gone'] === true;
}

/** A block of these fragments, at least one. */
export function flowBlockOf(fragments: readonly Fragment[]): FlowBlock {
  return {
    key: fragments[0]?.key ?? '',
    fragments,
    length: fragments.reduce((sum, fragment) => sum + fragment.visible, 0),
  };
}

/** Whether a text shows nothing: one empty block, or none of them holding anything. */
export function isEmptyFlow(flow: Flow): boolean {
  return flow.blocks.every((block) => block.length === 0);
}
