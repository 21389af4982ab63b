import * as Y from 'yjs';
import { toBlock } from './block.ts';
import { diffBlock } from './diff.ts';
import { arrange } from './flow.ts';
import type { Flow, FlowBlock } from './flow.ts';
import { readFragments } from './fragment.ts';
import type { Fragment, Keys, Piece } from './fragment.ts';
import { sameAttributes } from './marks.ts';
import type { Block, BlockKey } from './types.ts';
import type { Reader } from './snapshot.ts';

/**
 * A reader that hands out the same objects for what did not change since it last read, so that a
 * comparison of two readings looks at nothing else. A text it is told is untouched is not read again.
 */
export class RememberingReader implements Reader {
  #known = new Map<Y.Text, Flow>();
  #current = new Map<Y.Text, Flow>();
  readonly #blocks = new WeakMap<Fragment, { flowBlock: FlowBlock; block: Block }>();
  readonly #tables = new Map<BlockKey, Block>();
  #isUntouched: IsUntouched = () => false;

  /** Starts a reading; shared types for which `isUntouched` says so are taken as they were. */
  begin(isUntouched: IsUntouched): void {
    this.#known = this.#current;
    this.#current = new Map();
    this.#isUntouched = isUntouched;
  }

  flow(text: Y.Text): Flow {
    const already = this.#current.get(text);
    if (already) return already;
    const known = this.#known.get(text);
    const flow = known && this.#isUntouched(text) ? known : this.#read(text, known);
    this.#current.set(text, flow);
    return flow;
  }

  block(flowBlock: FlowBlock): Block {
    const [first] = flowBlock.fragments;
    const known = first && this.#blocks.get(first);
    if (known && sameFragments(known.flowBlock, flowBlock)) return known.block;
    const block = toBlock(flowBlock);
    if (first) this.#blocks.set(first, { flowBlock, block });
    return block;
  }

  table(block: Block): Block {
    const known = this.#tables.get(block.key);
    if (known && sameTable(known, block)) return known;
    this.#tables.set(block.key, block);
    return block;
  }

  #read(text: Y.Text, known: Flow | undefined): Flow {
    const fragments = readFragments(text);
    if (!known) return arrange(text, fragments);
    const byHolder = new Map(known.fragments.map((fragment) => [fragment.holder, fragment]));
    const reused = fragments.map((fragment) => {
      const old = byHolder.get(fragment.holder);
      if (!old || !this.#sameFragment(old, fragment)) return fragment;
      old.start = fragment.start;
      return old;
    });
    return arrange(text, reused);
  }

  #sameFragment(a: Fragment, b: Fragment): boolean {
    return (
      a.physical === b.physical &&
      sameKeys(a.keys, b.keys) &&
      sameAttributes(a.attributes, b.attributes) &&
      a.pieces.length === b.pieces.length &&
      a.pieces.every((piece, index) => this.#samePiece(piece, b.pieces[index]))
    );
  }

  #samePiece(a: Piece, b: Piece | undefined): boolean {
    if (!b || !sameAttributes(a.attributes, b.attributes)) return false;
    switch (a.kind) {
      case 'text':
        return b.kind === 'text' && a.text === b.text;
      case 'atom':
        return b.kind === 'atom' && a.value === b.value && this.#isSameInside(a.value);
      case 'foreign':
        return b.kind === 'foreign' && a.item === b.item;
      case 'hidden':
        return b.kind === 'hidden' && a.map === b.map;
      default:
        return false;
    }
  }

  /** An object that is the same may still have changed inside. */
  #isSameInside(value: unknown): boolean {
    return !(value instanceof Y.AbstractType) || this.#isUntouched(value);
  }
}

/** Whether a shared type, and everything in it, is as it was at the last reading. */
export type IsUntouched = (type: Y.ContentType['type']) => boolean;

function sameFragments(a: FlowBlock, b: FlowBlock): boolean {
  return (
    a.fragments.length === b.fragments.length &&
    a.fragments.every((fragment, index) => fragment === b.fragments[index])
  );
}

function sameKeys(a: Keys, b: Keys): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Whether two readings of a table, or of something unknown, are equal; cells are compared by identity. */
function sameTable(a: Block, b: Block): boolean {
  if (diffBlock(a, b, '', 0).length > 0 || a.type !== b.type) return false;
  if (a.type !== 'table' || b.type !== 'table') return true;
  return a.grid.cells.every((row, at) =>
    row.every((cell, column) => {
      const other = b.grid.cells[at]?.[column];
      return cell.blocks.every((block, index) => block === other?.blocks[index]);
    }),
  );
}
