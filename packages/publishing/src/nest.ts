import type { Block, ListKind } from '@plenary/report-model';

/** Flat blocks put back into the quotes and lists that their levels stand for. */
export type Nested =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'quote'; readonly children: readonly Nested[] }
  | { readonly kind: 'list'; readonly list: ListKind; readonly items: readonly NestedItem[] };

/** The content of one list item. */
export type NestedItem = readonly Nested[];

type OpenQuote = { readonly kind: 'quote'; readonly children: Nested[] };
type OpenList = {
  readonly kind: 'list';
  readonly list: ListKind;
  readonly level: number;
  /** Quotes around the list: an item under other quotes starts a list of its own. */
  readonly quotes: number;
  readonly items: Nested[][];
};
type Open = OpenQuote | OpenList;

/** Deeper levels than this are drawn here: a hostile number must not become ten thousand elements. */
const MAX_DEPTH = 12;

/**
 * Rebuilds nesting from levels. A block stays in the open item when it is indented deeper than that
 * item, and starts the next item when kind and level are the same; everything else closes the list.
 * An indented paragraph with no list open is an ordinary paragraph.
 */
export function nest(blocks: readonly Block[]): readonly Nested[] {
  const root: Nested[] = [];
  let open: Open[] = [];
  for (const block of blocks) {
    const indent = Math.min(block.indent, MAX_DEPTH);
    const quote = Math.min(block.quote, MAX_DEPTH);
    const kept = keep(open, block.list, indent, quote);
    open = open.slice(0, kept.frames);
    let target = open.length === 0 ? root : childrenOf(open.at(-1)!);
    if (kept.isNextItem) {
      target = [];
      (open.at(-1) as OpenList).items.push(target);
    }
    for (let quotes = kept.quotes; quotes < quote; quotes += 1) {
      const opened: OpenQuote = { kind: 'quote', children: [] };
      target.push(opened);
      open.push(opened);
      target = opened.children;
    }
    if (block.list !== null && !kept.isNextItem) {
      const list = { kind: 'list', list: block.list, level: indent, quotes: quote } as const;
      const opened: OpenList = { ...list, items: [[]] };
      target.push(opened);
      open.push(opened);
      target = opened.items[0]!;
    }
    target.push({ kind: 'block', block });
  }
  return root;
}

function keep(
  open: readonly Open[],
  list: ListKind | null,
  indent: number,
  quote: number,
): { readonly frames: number; readonly quotes: number; readonly isNextItem: boolean } {
  let quotes = 0;
  let frames = 0;
  for (const frame of open) {
    if (frame.kind === 'quote') {
      if (quotes >= quote) break;
      quotes += 1;
    } else if (indent <= frame.level) {
      const isNextItem = indent === frame.level && list === frame.list && quote === frame.quotes;
      return { frames: isNextItem ? frames + 1 : frames, quotes, isNextItem };
    }
    frames += 1;
  }
  return { frames, quotes, isNextItem: false };
}

function childrenOf(open: Open): Nested[] {
  return open.kind === 'quote' ? open.children : open.items.at(-1)!;
}
