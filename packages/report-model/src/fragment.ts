import * as Y from 'yjs';
import { NO_ATTRIBUTES, sameAttributes } from './marks.ts';
import type { Attributes } from './marks.ts';
import { isEmptiedTable } from './table-read.ts';
import type { BlockKey } from './types.ts';

/**
 * What stands between two markers, piece by piece. Every piece has a physical length (what Yjs counts)
 * and a visible one: `text` has the same both ways, `atom` counts 1 and 1, `foreign` its own length and
 * 1 (content of another Yjs type), `hidden` 1 and 0 (slots and emptied tables, D9 and D14).
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
  switch (piece.kind) {
    case 'text':
      return piece.text.length;
    case 'foreign':
      return piece.length;
    case 'atom':
    case 'hidden':
      return 1;
  }
}

/** What a reader counts for a piece. */
export function visibleLength(piece: Piece): number {
  switch (piece.kind) {
    case 'text':
      return piece.text.length;
    case 'foreign':
    case 'atom':
      return 1;
    case 'hidden':
      return 0;
  }
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
  const builder = new Builder(text);
  for (let item = text._start; item !== null; item = item.right) {
    if (!item.deleted) builder.add(item);
  }
  return builder.finish();
}

class Builder {
  readonly #fragments: Fragment[] = [];
  readonly #state = new Map<string, unknown>();
  #attributes: Attributes = NO_ATTRIBUTES;
  #index = 0;
  #key: BlockKey;
  #holder: Fragment['holder'];
  #holderAttributes: Attributes = NO_ATTRIBUTES;
  #start = 0;
  #pieces: Piece[] = [];

  constructor(text: Y.Text) {
    this.#key = headKey(text);
    this.#holder = text;
  }

  add(item: Y.Item): void {
    const { content } = item;
    const attributes = this.#attributes;
    if (content instanceof Y.ContentFormat) this.#format(content);
    else if (content instanceof Y.ContentString) this.#text(content.str);
    else if (content instanceof Y.ContentEmbed) {
      this.#push({ kind: 'atom', value: content.embed, attributes });
    } else if (content instanceof Y.ContentType) this.#type(content.type);
    else if (item.countable) {
      this.#push({ kind: 'foreign', length: item.length, item, attributes });
    }
  }

  finish(): Fragment[] {
    this.#close();
    return this.#fragments;
  }

  #format({ key, value }: Y.ContentFormat): void {
    if (value === null) this.#state.delete(key);
    else this.#state.set(key, value);
    this.#attributes = this.#state.size === 0 ? NO_ATTRIBUTES : Object.fromEntries(this.#state);
  }

  #text(text: string): void {
    const last = this.#pieces.at(-1);
    if (last?.kind === 'text' && sameAttributes(last.attributes, this.#attributes)) {
      this.#index += text.length;
      this.#pieces[this.#pieces.length - 1] = { ...last, text: last.text + text };
    } else this.#push({ kind: 'text', text, attributes: this.#attributes });
  }

  #type(type: Y.ContentType['type']): void {
    const attributes = this.#attributes;
    if (!(type instanceof Y.Map)) this.#push({ kind: 'atom', value: type, attributes });
    else if (type.get('inline') === 'slot') this.#push({ kind: 'hidden', map: type, attributes });
    else if (type.has('inline')) this.#push({ kind: 'atom', value: type, attributes });
    else if (isEmptiedTable(type)) this.#push({ kind: 'hidden', map: type, attributes });
    else {
      this.#close();
      this.#index += 1;
      this.#key = itemKey(type);
      this.#holder = type;
      this.#holderAttributes = attributes;
      this.#start = this.#index;
      this.#pieces = [];
    }
  }

  #push(piece: Piece): void {
    this.#index += physicalLength(piece);
    this.#pieces.push(piece);
  }

  #close(): void {
    this.#fragments.push({
      key: this.#key,
      holder: this.#holder,
      keys: readKeys(this.#holder),
      attributes: this.#holderAttributes,
      pieces: this.#pieces,
      start: this.#start,
      physical: this.#index - this.#start,
      visible: this.#pieces.reduce((sum, piece) => sum + visibleLength(piece), 0),
    });
  }
}

function readKeys(holder: Fragment['holder']): Keys {
  if (holder._map.size === 0) return NO_KEYS;
  return holder instanceof Y.Text ? holder.getAttributes() : Object.fromEntries(holder.entries());
}

const NO_KEYS: Keys = Object.freeze({});
