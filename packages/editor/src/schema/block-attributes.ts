import type { Attrs, Node } from '@tiptap/pm/model';

/** How deep lists and quotes may be nested; what is deeper is shown at this depth. */
export const MAX_INDENT = 8;

/** The kinds of list a block can be an item of. */
export type ListKind = 'bullet' | 'ordered';

/** Where a block stands: every block has these, whatever its type. */
export interface BlockPlace {
  /** The list it is an item of, or null. */
  readonly list: ListKind | null;
  /** Levels of indentation, 0 to {@link MAX_INDENT}. A list item at the outer level has 0. */
  readonly indent: number;
  /** Levels of quotation, 0 to {@link MAX_INDENT}. */
  readonly quote: number;
}

/** The schema's attributes of {@link BlockPlace}, shared by all block types. */
export const placeAttributes = {
  list: { default: null },
  indent: { default: 0 },
  quote: { default: 0 },
} as const;

/** The block's place, each value within its bounds whatever the attributes hold. */
export function placeOf(attrs: Attrs): BlockPlace {
  return {
    list: attrs['list'] === 'bullet' || attrs['list'] === 'ordered' ? attrs['list'] : null,
    indent: boundedLevel(attrs['indent']),
    quote: boundedLevel(attrs['quote']),
  };
}

/** The value as a whole number from 0 to {@link MAX_INDENT}; anything else is 0. */
export function boundedLevel(value: unknown): number {
  const level = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  if (typeof level !== 'number' || !Number.isFinite(level)) return 0;
  return Math.min(MAX_INDENT, Math.max(0, Math.trunc(level)));
}

/** The DOM attributes that show a block's place; the style sheet draws lists and quotes from them. */
export function placeToDom(node: Node): Record<string, string> {
  const { list, indent, quote } = placeOf(node.attrs);
  const attributes: Record<string, string> = {};
  if (list !== null) attributes['data-list'] = list;
  if (indent > 0) attributes['data-indent'] = String(indent);
  if (quote > 0) attributes['data-quote'] = String(quote);
  if (indent > 0 || quote > 0) {
    attributes['style'] = `--block-indent:${indent};--block-quote:${quote}`;
  }
  return attributes;
}

/** Reads what {@link placeToDom} wrote. */
export function placeFromDom(element: HTMLElement): BlockPlace {
  return placeOf({
    list: element.getAttribute('data-list'),
    indent: element.getAttribute('data-indent'),
    quote: element.getAttribute('data-quote'),
  });
}
