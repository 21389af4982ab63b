import * as Y from 'yjs';
import { markerIn, physicalLength, visibleLength } from './fragment.ts';
import type { Fragment, Piece } from './fragment.ts';
import type { Attributes } from './marks.ts';

/** More changed items than this are not followed one by one. */
const MAX_EDITS = 8;

/**
 * One change of a fragment's text. `offset` is physical, from the fragment's start, after the edits
 * before it; edits come in ascending order.
 */
export type Edit =
  | { readonly kind: 'delete'; readonly offset: number; readonly length: number }
  | { readonly kind: 'insert'; readonly offset: number; readonly text: string };

/** Where a changed item stands. */
interface Spotted {
  readonly holder: Fragment['holder'];
  readonly edit: Edit;
}

/**
 * What a transaction's items did to the one fragment they stand in, or null when it is not that simple:
 * several fragments, formatting, too many items.
 */
export function editsOf(
  items: readonly Y.Item[],
  transaction: Y.Transaction,
  text: Y.Text,
): { readonly holder: Fragment['holder']; readonly edits: readonly Edit[] } | null {
  const unique = new Set(items);
  if (unique.size > MAX_EDITS) return null;
  const edits: Edit[] = [];
  let holder: Fragment['holder'] | null = null;
  for (const item of unique) {
    const isNew = item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0);
    if (isNew && item.deleted) continue;
    const spotted = spot(item, text);
    if (!spotted || (holder && spotted.holder !== holder)) return null;
    ({ holder } = spotted);
    edits.push(spotted.edit);
  }
  return holder && { holder, edits: edits.toSorted(inOrder) };
}

/** At one offset what is deleted stands before what was inserted: else it would stand one further on. */
function inOrder(a: Edit, b: Edit): number {
  return a.offset - b.offset || Number(a.kind === 'insert') - Number(b.kind === 'insert');
}

function spot(item: Y.Item, text: Y.Text): Spotted | null {
  if (!(item.content instanceof Y.ContentString)) return null;
  let offset = 0;
  let holder: Fragment['holder'] = text;
  for (let at = item.left; at !== null; at = at.left) {
    if (at.deleted) continue;
    // Formatting that starts right before an insertion makes its marks differ from its neighbour's.
    if (offset === 0 && at.content instanceof Y.ContentFormat) return null;
    if (!at.countable) continue;
    const marker = at.content instanceof Y.ContentType ? markerIn(at) : null;
    if (marker) {
      holder = marker;
      break;
    }
    offset += at.length;
  }
  const { str } = item.content;
  return {
    holder,
    edit: item.deleted
      ? { kind: 'delete', offset, length: str.length }
      : { kind: 'insert', offset, text: str },
  };
}

/** A fragment after edits, or null when they meet anything but text. */
export function applyEdits(fragment: Fragment, edits: readonly Edit[]): Fragment | null {
  let { pieces } = fragment;
  for (const edit of edits) {
    const next: readonly Piece[] | null =
      edit.kind === 'insert'
        ? insertInto(pieces, edit, fragment.attributes)
        : deleteFrom(pieces, edit);
    if (!next) return null;
    pieces = next;
  }
  let physical = 0;
  let visible = 0;
  for (const piece of pieces) {
    physical += physicalLength(piece);
    visible += visibleLength(piece);
  }
  return { ...fragment, pieces, physical, visible };
}

function insertInto(
  pieces: readonly Piece[],
  { offset, text }: Edit & { kind: 'insert' },
  first: Attributes,
): Piece[] | null {
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const length = physicalLength(piece);
    if (offset > at && offset <= at + length) {
      if (piece.kind === 'text') {
        const cut = offset - at;
        const joined = piece.text.slice(0, cut) + text + piece.text.slice(cut);
        return pieces.with(index, { ...piece, text: joined });
      }
      if (offset < at + length) return null;
      return insertAfter(pieces, index, text, piece.attributes);
    }
    at += length;
  }
  return offset === 0 ? insertAfter(pieces, -1, text, first) : null;
}

function insertAfter(
  pieces: readonly Piece[],
  index: number,
  text: string,
  attributes: Attributes,
): Piece[] {
  const next = pieces[index + 1];
  if (next?.kind === 'text' && next.attributes === attributes) {
    return pieces.with(index + 1, { ...next, text: text + next.text });
  }
  return pieces.toSpliced(index + 1, 0, { kind: 'text', text, attributes });
}

function deleteFrom(
  pieces: readonly Piece[],
  { offset, length }: Edit & { kind: 'delete' },
): Piece[] | null {
  let at = 0;
  let left = length;
  const result: Piece[] = [];
  for (const piece of pieces) {
    const size = physicalLength(piece);
    const from = Math.max(0, offset - at);
    const to = Math.min(size, offset + length - at);
    at += size;
    if (from >= to) {
      result.push(piece);
      continue;
    }
    if (piece.kind !== 'text') return null;
    left -= to - from;
    const rest = piece.text.slice(0, from) + piece.text.slice(to);
    if (rest !== '') result.push({ ...piece, text: rest });
  }
  return left === 0 ? result : null;
}
