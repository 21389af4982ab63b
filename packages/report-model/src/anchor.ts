import { inlineLength } from './block.ts';
import type { ChapterModel } from './model.ts';
import type { AreaKey, Block, Inline, Point, Span } from './types.ts';

/** How much text on either side of a quotation is kept to tell one occurrence from another. */
const CONTEXT = 32;

/** Longest quotation kept; the search for a longer one compares this much. */
const MAX_QUOTE = 1_000;

/** The version of an anchor's shape. */
const VERSION = 1;

/** A stretch of a chapter that something outside it refers to. JSON; kept outside the document (D19). */
export interface Anchor {
  readonly version: number;
  readonly start: unknown;
  readonly end: unknown;
  /** The words, a newline between blocks, at most 1,000 UTF-16 units. */
  readonly quote: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Where an anchor is now: `exact` where it was made, with the same words; `found` elsewhere by its
 * words; `changed` where it was made, with other words; `detached` nowhere.
 */
export type AnchorPlace =
  | { readonly state: 'exact' | 'found' | 'changed'; readonly span: Span }
  | { readonly state: 'detached'; readonly span: null };

/** Makes an anchor of a span; null when it is empty or not in the chapter. */
export function createAnchor(model: ChapterModel, span: Span): Anchor | null {
  const area = model.find(span.from.block)?.area;
  if (area === undefined || model.find(span.to.block)?.area !== area) return null;
  const text = new AreaText(model, area);
  const from = text.indexOf(span.from);
  const to = text.indexOf(span.to);
  if (from === null || to === null || from >= to) return null;
  return {
    version: VERSION,
    start: model.toRelative(span.from, 'right'),
    end: model.toRelative(span.to, 'left'),
    quote: text.text.slice(from, Math.min(to, from + MAX_QUOTE)),
    before: text.text.slice(Math.max(0, from - CONTEXT), from),
    after: text.text.slice(to, to + CONTEXT),
  };
}

/** Finds an anchor again. Anything malformed is detached. */
export function resolveAnchor(model: ChapterModel, anchor: Anchor): AnchorPlace {
  const span = relativeSpan(model, anchor);
  if (span && quoteOf(model, span) === anchor.quote) return { state: 'exact', span };
  const found = search(model, anchor);
  if (found) return { state: 'found', span: found };
  return span ? { state: 'changed', span } : { state: 'detached', span: null };
}

function relativeSpan(model: ChapterModel, anchor: Anchor): Span | null {
  const from = model.fromRelative(anchor.start);
  const to = model.fromRelative(anchor.end);
  if (!from || !to) return null;
  const area = model.find(from.block)?.area;
  if (area === undefined || area !== model.find(to.block)?.area) return null;
  const text = new AreaText(model, area);
  return (text.indexOf(from) ?? 0) < (text.indexOf(to) ?? 0) ? { from, to } : null;
}

function quoteOf(model: ChapterModel, span: Span): string {
  const area = model.find(span.from.block)?.area;
  if (area === undefined) return '';
  const text = new AreaText(model, area);
  const from = text.indexOf(span.from) ?? 0;
  return text.text.slice(from, Math.min(text.indexOf(span.to) ?? 0, from + MAX_QUOTE));
}

/** The occurrence of the quotation whose surroundings agree best; the first of equals. */
function search(model: ChapterModel, { quote, before, after }: Anchor): Span | null {
  if (typeof quote !== 'string' || quote === '') return null;
  let best: { score: number; span: Span } | null = null;
  for (const area of model.areaKeys()) {
    const text = new AreaText(model, area);
    for (let at = text.text.indexOf(quote); at !== -1; at = text.text.indexOf(quote, at + 1)) {
      const score =
        agreeingEnd(text.text.slice(0, at), before) +
        agreeingStart(text.text.slice(at + quote.length), after);
      if (best && best.score >= score) continue;
      const span = text.span(at, at + quote.length);
      if (span) best = { score, span };
    }
  }
  return best?.span ?? null;
}

function agreeingStart(a: string, b: string): number {
  let length = 0;
  while (length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function agreeingEnd(a: string, b: string): number {
  let length = 0;
  while (length < b.length && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}

/** An area's text, a newline between blocks, with the way from its indices to places and back. */
class AreaText {
  readonly text: string;
  readonly #starts = new Map<string, number>();
  readonly #blocks: readonly Block[];

  constructor(model: ChapterModel, area: AreaKey) {
    this.#blocks = model.area(area);
    let text = '';
    for (const [index, block] of this.#blocks.entries()) {
      if (index > 0) text += '\n';
      this.#starts.set(block.key, text.length);
      text += block.inlines.map(unitText).join('');
    }
    this.text = text;
  }

  indexOf(point: Point): number | null {
    const start = this.#starts.get(point.block);
    return start === undefined ? null : start + point.offset;
  }

  span(from: number, to: number): Span | null {
    const start = this.#pointAt(from);
    const end = this.#pointAt(to);
    return start && end ? { from: start, to: end } : null;
  }

  #pointAt(index: number): Point | null {
    const block = this.#blocks.findLast(({ key }) => (this.#starts.get(key) ?? 0) <= index);
    if (!block) return null;
    return { block: block.key, offset: index - (this.#starts.get(block.key) ?? 0) };
  }
}

/** One character for each unit a place counts. */
function unitText(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  return inline.kind === 'break' ? '\n' : '\u{FFFC}'.repeat(inlineLength(inline));
}
