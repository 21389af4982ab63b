import type { Block, HeadingLevel, Inline, ReportChapter } from './types.ts';

/** A heading in a chapter's outline. */
export interface OutlineEntry {
  readonly key: string;
  readonly level: HeadingLevel;
  readonly text: string;
}

/** The words of one block's own text: breaks are newlines, formulas their TeX, unknown content its description. */
export function inlineText(inlines: readonly Inline[]): string {
  return inlines.map(textOf).join('');
}

function textOf(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  if (inline.kind === 'break') return '\n';
  return inline.kind === 'math' ? inline.tex : inline.description;
}

/** The whole text: a line a block, the cells of a table after its caption, row by row. */
export function plainText(chapter: Pick<ReportChapter, 'blocks'>): string {
  return [...blocksOf(chapter.blocks)].map((block) => inlineText(block.inlines)).join('\n');
}

/** All blocks in reading order, those in cells included. */
export function* blocksOf(blocks: readonly Block[]): Generator<Block> {
  for (const block of blocks) {
    yield block;
    if (block.type !== 'table') continue;
    for (const cell of block.grid.cells.flat()) yield* blocksOf(cell.blocks);
  }
}

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * The number of words, as Unicode separates them (UAX 29). Captions and cells count; code, formulas
 * and unknown content do not. `locale` is a BCP 47 tag.
 */
export function countWords(chapter: Pick<ReportChapter, 'blocks'>, locale = 'en'): number {
  let segmenter = segmenters.get(locale);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
    segmenters.set(locale, segmenter);
  }
  let words = 0;
  for (const block of blocksOf(chapter.blocks)) {
    if (block.type === 'code' || block.type === 'equation') continue;
    const text = block.inlines
      .map((inline) => (inline.kind === 'text' ? inline.text : ' '))
      .join('');
    for (const segment of segmenter.segment(text)) if (segment.isWordLike) words += 1;
  }
  return words;
}

/** The chapter's headings in order, empty ones left out. */
export function outline(chapter: Pick<ReportChapter, 'blocks'>): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  for (const block of chapter.blocks) {
    if (block.type !== 'heading') continue;
    const text = inlineText(block.inlines).replaceAll(/\s+/gu, ' ').trim();
    if (text !== '') entries.push({ key: block.key, level: block.level, text });
  }
  return entries;
}
