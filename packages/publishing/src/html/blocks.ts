import type { Block } from '@plenary/report-model';
import { safePicture } from '../addresses.ts';
import type { Nested } from '../nest.ts';
import { cleanText } from '../normalise.ts';
import type { Labels } from '../report.ts';
import { wordsOf } from '../runs.ts';
import { element, join, type Markup } from './element.ts';
import { inlineMarkup } from './inlines.ts';
import { mathematics } from './mathematics.ts';
import { tableMarkup } from './table.ts';

/** What blocks need to know beside themselves. */
export type HtmlContext = {
  readonly labels: Labels;
  readonly imageSource: (src: string) => string | null;
  /** Identifier of a heading, for the contents; null for one that nothing points to. */
  readonly headingId: (block: Block) => string | null;
  /** How many tables stand around these blocks. */
  readonly tables: number;
};

/** Headings in a chapter stand below the title of the report and that of the chapter. */
const LEVELS_ABOVE = 2;
const DEEPEST_HEADING = 6;

/** Nested blocks as HTML, one line each. */
export function blocksMarkup(nodes: readonly Nested[], context: HtmlContext): Markup {
  return join(
    nodes.map((node) => nodeMarkup(node, context)),
    '\n',
  );
}

/** Unknown content as code under a sentence saying so. */
export function unknownMarkup(description: string, labels: Labels): Markup {
  return element(
    'div',
    { class: 'unknown' },
    element('p', {}, labels.unknown),
    element('pre', {}, element('code', {}, description)),
  );
}

function nodeMarkup(node: Nested, context: HtmlContext): Markup {
  switch (node.kind) {
    case 'block':
      return blockMarkup(node.block, context);
    case 'quote':
      return element('blockquote', {}, blocksMarkup(node.children, context));
    case 'list':
      return element(
        node.list === 'ordered' ? 'ol' : 'ul',
        {},
        ...node.items.map((item) => element('li', {}, blocksMarkup(item, context))),
      );
  }
}

function blockMarkup(block: Block, context: HtmlContext): Markup {
  switch (block.type) {
    case 'paragraph':
      return element('p', {}, inlineMarkup(block.inlines));
    case 'heading': {
      const level = Math.min(DEEPEST_HEADING, block.level + LEVELS_ABOVE);
      const id = context.headingId(block);
      return element(`h${level}`, { id }, inlineMarkup(block.inlines));
    }
    case 'code': {
      const lang = /^[\w+#.-]+$/.test(block.lang) ? `language-${block.lang}` : null;
      const code = element('code', { class: lang }, cleanText(wordsOf(block.inlines)));
      return element('pre', {}, code);
    }
    case 'image':
      return figureMarkup(block, context);
    case 'equation':
      return element('div', { class: 'equation' }, mathematics(words(block), true));
    case 'table':
      return tableMarkup(block, context);
    case 'rule':
      return element('hr', {});
    case 'unknown':
      return unknownMarkup(cleanText(block.description), context.labels);
  }
}

function figureMarkup(block: Block & { readonly type: 'image' }, context: HtmlContext): Markup {
  const address = context.imageSource(block.src);
  const src = address === null ? null : safePicture(address);
  const alt = cleanText(block.alt);
  const style = block.width === null ? null : `width:${Math.round(block.width)}%`;
  const picture =
    src === null
      ? element('p', { class: 'missing' }, alt)
      : element('img', { src, alt, style, loading: 'lazy' });
  const caption = inlineMarkup(block.inlines);
  return caption.markup === ''
    ? element('figure', {}, picture)
    : element('figure', {}, picture, element('figcaption', {}, caption));
}

function words(block: Block): string {
  return cleanText(wordsOf(block.inlines));
}
