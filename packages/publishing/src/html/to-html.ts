import type { Block } from '@plenary/report-model';
import { nest } from '../nest.ts';
import { cleanText } from '../normalise.ts';
import { LABELS, type ExportOptions, type Report, type ReportPart } from '../report.ts';
import { wordsOf } from '../runs.ts';
import { blocksMarkup, unknownMarkup, type HtmlContext } from './blocks.ts';
import { element, join, type Markup } from './element.ts';
import { STYLE } from './style.ts';

/** Nothing runs and nothing is fetched from elsewhere, even if a browser found a way to ask. */
const POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'";
/** Headings of this level and above appear in the contents. */
const CONTENTS_LEVEL = 1;

/**
 * Writes a report as one complete HTML document: title, contents, chapters as sections, styles
 * inside, mathematics as MathML, no scripts. Everything people wrote is escaped, and links lead to
 * harmless schemes only (docs/spec/export.md).
 */
export function toHtml(report: Report, options: ExportOptions = {}): string {
  const language = options.language ?? 'en';
  const labels = LABELS[language];
  const title = cleanText(report.title);
  const ids = headingIds(report);
  const context: HtmlContext = {
    labels,
    imageSource: options.imageSource ?? ((src) => src),
    headingId: (block) => ids.get(block) ?? null,
    tables: 0,
  };
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    element('title', {}, title),
    element('style', {}, { markup: `\n${STYLE}\n` }),
  );
  const body = element(
    'body',
    {},
    { markup: '\n' },
    join(
      [
        element('header', {}, element('h1', {}, title)),
        contents(report, context),
        element('main', {}, ...report.chapters.map((part, at) => section(part, at, context))),
      ],
      '\n',
    ),
    { markup: '\n' },
  );
  return `<!doctype html>\n${element('html', { lang: language }, head, body).markup}\n`;
}

function section({ title, chapter }: ReportPart, index: number, context: HtmlContext): Markup {
  const id = chapterId(index);
  const isEmpty = chapter.blocks.every(isEmptyParagraph) && chapter.foreign.length === 0;
  const content = isEmpty
    ? element('p', { class: 'empty' }, context.labels.emptyChapter)
    : blocksMarkup(nest(chapter.blocks), context);
  const foreign = chapter.foreign.map(({ name, description }) =>
    unknownMarkup(cleanText(`${name}: ${description}`), context.labels),
  );
  const lines = [element('h2', { id }, cleanText(title)), content, ...foreign];
  return element('section', { 'aria-labelledby': id }, join(lines, '\n'));
}

function contents(report: Report, context: HtmlContext): Markup {
  const chapters = report.chapters.map(({ title, chapter }, index) => {
    const sections = chapter.blocks.filter((block) => context.headingId(block) !== null);
    const link = element('a', { href: `#${chapterId(index)}` }, cleanText(title));
    if (sections.length === 0) return element('li', {}, link);
    const inner = sections.map((block) => {
      const href = `#${String(context.headingId(block))}`;
      return element('li', {}, element('a', { href }, cleanText(wordsOf(block.inlines))));
    });
    return element('li', {}, link, element('ol', {}, ...inner));
  });
  return element(
    'nav',
    { 'aria-label': context.labels.contents },
    element('h2', {}, context.labels.contents),
    element('ol', {}, ...chapters),
  );
}

/** Identifiers by place, since titles repeat: `c2-s3` is the third section of the second chapter. */
function headingIds(report: Report): ReadonlyMap<Block, string> {
  const ids = new Map<Block, string>();
  report.chapters.forEach(({ chapter }, index) => {
    let count = 0;
    for (const block of chapter.blocks) {
      if (block.type !== 'heading' || block.level > CONTENTS_LEVEL) continue;
      if (wordsOf(block.inlines).trim() === '') continue;
      count += 1;
      ids.set(block, `${chapterId(index)}-s${count}`);
    }
  });
  return ids;
}

function chapterId(index: number): string {
  return `c${index + 1}`;
}

function isEmptyParagraph(block: Block): boolean {
  return block.type === 'paragraph' && block.list === null && block.inlines.length === 0;
}
