import * as Y from 'yjs';
import type { FlowBlock } from './flow.ts';
import { markerIn } from './fragment.ts';

/** The places on either side of one visible unit of a text, as JSON that survives every change. */
export interface UnitPlaces {
  /** Right before it, and going where it goes. */
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The places around each visible unit of a block, in order: what tells later which of them are left
 * and where they are. An empty block has none.
 */
export function unitPlaces({ fragments }: FlowBlock): UnitPlaces[] {
  const found: UnitPlaces[] = [];
  for (const { holder } of fragments) {
    let item = holder instanceof Y.Text ? holder._start : (holder._item?.right ?? null);
    for (; item !== null; item = item.right) {
      if (item.deleted || !item.countable) continue;
      if (markerIn(item)) break;
      for (let at = 0; at < visibleUnits(item); at += 1) found.push(placesAround(item, at));
    }
  }
  return found;
}

/** Text has its length, what is hidden nothing, all else counts 1. */
function visibleUnits({ content }: Y.Item): number {
  if (content instanceof Y.ContentString) return content.str.length;
  if (!(content instanceof Y.ContentType) || !(content.type instanceof Y.Map)) return 1;
  return content.type.has('inline') && content.type.get('inline') !== 'slot' ? 1 : 0;
}

function placesAround(item: Y.Item, at: number): UnitPlaces {
  const { client, clock } = item.id;
  const units = item.content instanceof Y.ContentString ? 1 : item.length;
  return {
    before: placeAt(item, Y.createID(client, clock + at), 0),
    after: placeAt(item, Y.createID(client, clock + at + units - 1), -1),
  };
}

/** Like the places Yjs itself makes, without its walk from the start of the text. */
function placeAt({ parent }: Y.Item, id: Y.ID, assoc: number): unknown {
  const type = parent instanceof Y.AbstractType ? parent : null;
  const own = type?._item?.id ?? null;
  const root = type && own === null ? Y.findRootTypeKey(type) : null;
  return Y.relativePositionToJSON(new Y.RelativePosition(own, root, id, assoc));
}
