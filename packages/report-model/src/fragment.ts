import * as Y from 'yjs';
import { NO_ATTRIBUTES, sameAttributes } from './marks.ts';
import type { Attributes } from './marks.ts';
import { isEmptiedTable } from './table-read.ts';
import type { BlockKey } from './types.ts';

/**
 * What stands between two markers, piece by piece. Every piece has a physical length (what Yjs counts)
 * and a visible one: `text` has the same both ways, `atom` counts 1 and 1, `foreign` its own length and
 * 1 (content of another Yjs type), `hidden` 1 and 0 (slots and emptied tables, D8 and D14).
 */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly attributes: Attributes }
  | { readonly kind: 'atom'; readonly value: unknown; readonly attributes: Attributes }
  | {
      readonly kind: 'foreign';
      readonly length: number;
      readonly item: Y.Item;
      readonly attributes: Attributes;
    }
  | { readonly kind: 'hidden'; readonly map: Y.Map<unknown>; readonly attributes: Attributes };

/** A block's keys as stored. */
export type Keys = Readonly<Record<string, unknown>>;

/** A marker and the text up to the next one; the first fragment of a text has no marker (D4). */
export interface Fragment {
  readonly key: BlockKey;
  /** Where the block's keys are: the marker, or the text itself for the first fragment. */
  readonly holder: Y.Map<unknown> | Y.Text;
  /** The block's keys as stored: any value, nothing checked. */
  readonly keys: Keys;
  /** The formatting in force at the marker, which text inserted right after it would inherit. */
  readonly attributes: Attributes;
  readonly pieces: readonly Piece[];
  /** Physical index of the first unit after the marker. */
  start: number;
  /** Lengths of the pieces together. */
  readonly physical: number;
  readonly visible: number;
}

/** What Yjs counts for a piece. */
export function physicalLength(piece: Piece): number {
  if (piece.kind === 'text') return piece.text.length;
  return piece.kind === 'foreign' ? piece.length : 1;
}

/** What a reader counts for a piece. */
export function visibleLength(piece: Piece): number {
  if (piece.kind === 'text') return piece.text.length;
  return piece.kind === 'hidden' ? 0 : 1;
}

/** The id of a shared type's own item, the same in every copy. Roots have none: ''. */
export function itemKey(type: { readonly _item: Y.Item | null }): string {
  return type._item ? `${type._item.id.client}:${type._item.id.clock}` : '';
}

/** The key of a text's first block: `head` in the body, `<cell>:head` in a cell's text. */
export function headKey(text: Y.Text): BlockKey {
  const key = itemKey(text);
  return key === '' ? 'head' : `${key}:head`;
}

/** Reads a text into its fragments, in physical order. Never empty: the first fragment always exists. */
export function readFragments(text: Y.Text): Fragment[] {
  const fragments: Fragment[] = [];
  let builder = new FragmentBuilder(headKey(text), text, { start: 0, attributes: NO_ATTRIBUTES });
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    const marker = markerIn(item);
    if (!marker) {
      builder.add(item);
      continue;
    }
    const { fragment, attributes } = builder.finish();
    fragments.push(fragment);
    const start = fragment.start + fragment.physical + 1;
    builder = new FragmentBuilder(itemKey(marker), marker, { start, attributes });
  }
  fragments.push(builder.finish().fragment);
  return fragments;
}

/** Reads one fragment again, with the formatting in force at its marker; tells that at its end too. */
export function rereadFragment(
  { key, holder, start }: Fragment,
  attributes: Attributes,
): { fragment: Fragment; attributes: Attributes } {
  const builder = new FragmentBuilder(key, holder, { start, attributes });
  let item = holder instanceof Y.Text ? holder._start : (holder._item?.right ?? null);
  for (; item !== null; item = item.right) {
    if (item.deleted) continue;
    if (markerIn(item)) break;
    builder.add(item);
  }
  return builder.finish();
}

/** The block marker that an item is, or null when it is anything else. */
export function markerIn({ content }: Y.Item): Y.Map<unknown> | null {
  if (!(content instanceof Y.ContentType)) return null;
  const { type } = content;
  if (!(type instanceof Y.Map) || type.has('inline') || isEmptiedTable(type)) return null;
  return type;
}

class FragmentBuilder {
  readonly #key: BlockKey;
  readonly #holder: Fragment['holder'];
  readonly #start: number;
  readonly #first: Attributes;
  readonly #state: Map<string, unknown>;
  readonly #pieces: Piece[] = [];
  #attributes: Attributes;
  #run = '';
  #runAttributes: Attributes = NO_ATTRIBUTES;

  constructor(
    key: BlockKey,
    holder: Fragment['holder'],
    at: { readonly start: number; readonly attributes: Attributes },
  ) {
    this.#key = key;
    this.#holder = holder;
    this.#start = at.start;
    this.#first = at.attributes;
    this.#attributes = at.attributes;
    this.#state = new Map(Object.entries(at.attributes));
  }

  add(item: Y.Item): void {
    const { content } = item;
    if (content instanceof Y.ContentString) this.#text(content.str);
    else if (content instanceof Y.ContentFormat) this.#format(content);
    else if (content instanceof Y.ContentEmbed) this.#atom(content.embed);
    else if (content instanceof Y.ContentType) this.#type(content.type);
    else if (item.countable) {
      const attributes = this.#attributes;
      this.#push({ kind: 'foreign', length: item.length, item, attributes });
    }
  }

  finish(): { fragment: Fragment; attributes: Attributes } {
    this.#endRun();
    let physical = 0;
    let visible = 0;
    for (const piece of this.#pieces) {
      physical += physicalLength(piece);
      visible += visibleLength(piece);
    }
    const fragment = {
      key: this.#key,
      holder: this.#holder,
      keys: readKeys(this.#holder),
      attributes: this.#first,
      pieces: this.#pieces,
      start: this.#start,
      physical,
      visible,
    };
    return { fragment, attributes: this.#attributes };
  }

  #format({ key, value }: Y.ContentFormat): void {
    if (value === null) this.#state.delete(key);
    else this.#state.set(key, value);
    this.#attributes = this.#state.size === 0 ? NO_ATTRIBUTES : Object.fromEntries(this.#state);
  }

  #text(text: string): void {
    if (this.#run !== '' && !sameAttributes(this.#runAttributes, this.#attributes)) this.#endRun();
    if (this.#run === '') this.#runAttributes = this.#attributes;
    this.#run += text;
  }

  #type(type: Y.ContentType['type']): void {
    const isHidden =
      type instanceof Y.Map && (type.get('inline') === 'slot' || !type.has('inline'));
    if (isHidden) this.#push({ kind: 'hidden', map: type, attributes: this.#attributes });
    else this.#atom(type);
  }

  #atom(value: unknown): void {
    this.#push({ kind: 'atom', value, attributes: this.#attributes });
  }

  #push(piece: Piece): void {
    this.#endRun();
    this.#pieces.push(piece);
  }

  #endRun(): void {
    if (this.#run === '') return;
    this.#pieces.push({ kind: 'text', text: this.#run, attributes: this.#runAttributes });
    this.#run = '';
  }
}

function readKeys(holder: Fragment['holder']): Keys {
  if (holder._map.size === 0) return NO_KEYS;
  return holder instanceof Y.Text ? holder.getAttributes() : Object.fromEntries(holder.entries());
}

const NO_KEYS: Keys = Object.freeze({});
