import * as Y from 'yjs';
import { readFragments, visibleLength } from './fragment.ts';
import type { Fragment, Piece } from './fragment.ts';
import { NO_ATTRIBUTES } from './marks.ts';
import type { Attributes } from './marks.ts';

/** Where a block's keys are kept. */
export type Holder = Fragment['holder'];

/** A place between two units of a text, with the formatting that text inserted there would inherit. */
export interface Spot {
  readonly index: number;
  readonly attributes: Attributes;
}

/**
 * An id nobody else can draw: this copy's Yjs client id and the clock of its next item. `extra`
 * tells ids apart that are drawn before anything is written.
 */
export function newId(doc: Y.Doc, extra = 0): string {
  const clock = Y.getState(doc.store, doc.clientID);
  return `${doc.clientID.toString(36)}-${(clock + extra).toString(36)}`;
}

/** Sets or (with undefined) deletes one key; writes nothing when it is so already. */
export function setKey(holder: Holder, name: string, value: unknown): void {
  if (holder instanceof Y.Text) {
    if (holder.getAttribute(name) === value) return;
    if (value === undefined) holder.removeAttribute(name);
    else holder.setAttribute(name, value);
    return;
  }
  if (holder.get(name) === value) return;
  if (value === undefined) holder.delete(name);
  else holder.set(name, value);
}

/**
 * Whether a text may hold formatting, so that what is inserted must say its own. Yjs keeps this flag to
 * choose its own way; `adoptFormatting` makes it true where Yjs forgets.
 */
export function isFormatted(text: Y.Text): boolean {
  return text._hasFormatting;
}

/** Inserts a shared map without breaking the formatting around it. */
export function insertMap(text: Y.Text, spot: Spot, map: Y.Map<unknown>): void {
  if (isFormatted(text)) text.insertEmbed(spot.index, map, { ...spot.attributes });
  else text.insertEmbed(spot.index, map);
}

/** Inserts text with exactly these attributes. */
export function insertString(
  text: Y.Text,
  index: number,
  words: string,
  attributes: Attributes,
): void {
  if (Object.keys(attributes).length > 0 || isFormatted(text)) {
    text.insert(index, words, { ...attributes });
  } else text.insert(index, words);
}

/** The spot after `offset` visible units of a fragment, before anything hidden that follows. */
export function spotIn(fragment: Fragment, offset: number): Spot {
  let index = fragment.start;
  let { attributes } = fragment;
  let left = offset;
  for (const piece of fragment.pieces) {
    if (left === 0) break;
    const length = visibleLength(piece);
    if (piece.kind === 'text') index += Math.min(left, length);
    else index += piece.kind === 'foreign' ? piece.length : 1;
    if (length === 0) continue;
    attributes = piece.attributes;
    left -= Math.min(left, length);
  }
  return { index, attributes };
}

/** A stretch of a text in Yjs units. */
export interface Stretch {
  readonly index: number;
  readonly length: number;
}

/**
 * The stretches of a fragment's text between two visible offsets, without what is hidden or belongs to
 * another Yjs type (which Y.Text cannot delete).
 */
export function stretches(fragment: Fragment, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  let index = fragment.start;
  let offset = 0;
  for (const piece of fragment.pieces) {
    const length = visibleLength(piece);
    const start = Math.max(from, offset);
    const end = Math.min(to, offset + length);
    if (isOurs(piece) && end > start)
      found.push({ index: index + start - offset, length: end - start });
    index += piece.kind === 'foreign' ? piece.length : piece.kind === 'hidden' ? 1 : length;
    offset += length;
  }
  return found;
}

function isOurs(piece: Piece): boolean {
  return piece.kind === 'text' || piece.kind === 'atom';
}

/** Deletes stretches given in any order; they must not overlap. */
export function deleteStretches(text: Y.Text, parts: readonly Stretch[]): void {
  const descending = parts.toSorted((a, b) => b.index - a.index);
  let pending: Stretch | null = null;
  for (const part of descending) {
    if (pending && part.index + part.length === pending.index) {
      pending = { index: part.index, length: part.length + pending.length };
      continue;
    }
    if (pending) text.delete(pending.index, pending.length);
    pending = part;
  }
  if (pending) text.delete(pending.index, pending.length);
}

/** The formatting at a text's end. */
export function endSpot(text: Y.Text): Spot {
  const last = readFragments(text).at(-1);
  if (!last) return { index: 0, attributes: NO_ATTRIBUTES };
  return { index: text.length, attributes: last.pieces.at(-1)?.attributes ?? last.attributes };
}
