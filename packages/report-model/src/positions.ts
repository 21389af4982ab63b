import * as Y from 'yjs';
import type { Flow } from './flow.ts';
import { visibleLength } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import type { Point } from './types.ts';

/** The visible place at an index of a text; what is not visible counts as the nearest that is. */
export function pointAtIndex(flow: Flow, index: number): Point | null {
  const fragment = flow.fragments.findLast(({ start }) => start <= index) ?? flow.fragments[0];
  for (const block of flow.blocks) {
    let offset = 0;
    for (const part of block.fragments) {
      if (part === fragment) {
        return { block: block.key, offset: offset + visibleOffset(part, index - part.start) };
      }
      offset += part.visible;
    }
  }
  const first = flow.blocks[0];
  return first ? { block: first.key, offset: 0 } : null;
}

/** How much of a fragment a reader sees before that many physical units. */
export function visibleOffset(fragment: Fragment, units: number): number {
  let left = units;
  let offset = 0;
  for (const piece of fragment.pieces) {
    if (left <= 0) break;
    switch (piece.kind) {
      case 'text':
        offset += Math.min(left, piece.text.length);
        left -= piece.text.length;
        break;
      case 'foreign':
        offset += 1;
        left -= piece.length;
        break;
      case 'atom':
      case 'hidden':
        offset += visibleLength(piece);
        left -= 1;
        break;
      default:
        return offset;
    }
  }
  return offset;
}

/** Which neighbour a place belongs to when text is inserted exactly there. */
export type Side = 'left' | 'right';

/** A place that survives every change, as JSON. */
export function relativeAt(text: Y.Text, index: number, side: Side): unknown {
  const position = Y.createRelativePositionFromTypeIndex(text, index, side === 'left' ? -1 : 0);
  return Y.relativePositionToJSON(position);
}

/** The text and index of such a place; null when it is malformed or points at nothing here. */
export function resolveRelative(doc: Y.Doc, json: unknown): { text: Y.Text; index: number } | null {
  if (typeof json !== 'object' || json === null) return null;
  try {
    const position = Y.createRelativePositionFromJSON(json);
    const absolute = Y.createAbsolutePositionFromRelativePosition(position, doc);
    if (!absolute || !(absolute.type instanceof Y.Text)) return null;
    return { text: absolute.type, index: absolute.index };
  } catch {
    // The JSON came from another person's presence or from a stored comment: anything may be in it.
    return null;
  }
}
