import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '@plenary/report-model';
import { cleanInlines, cleanText } from '../normalise.ts';
import type { Report } from '../report.ts';
import { wordsOf } from '../runs.ts';
import { someReport, someText } from '../testing/arbitrary-report.ts';
import { block, paragraph, reportOf, table, words } from '../testing/builders.ts';
import { readMarkdown } from '../testing/read-markdown.ts';
import { toMarkdown } from './to-markdown.ts';

const TIMEOUT_MS = 600_000;
/** More of them by hand: `PUBLISHING_RUNS=100000 npx vitest run --project packages/publishing`. */
const RUNS = Number(process.env['PUBLISHING_RUNS'] ?? 500);

/** The words of paragraphs, headings and captions as a reader of Markdown must find them. */
function expectedWords(report: Report): readonly string[] {
  return report.chapters.flatMap(({ chapter }) =>
    chapter.blocks.flatMap((block) => {
      const text = wordsWritten(block);
      switch (block.type) {
        case 'paragraph':
        case 'image':
        case 'table':
          return [text];
        case 'heading':
          return [/^\n*$/.test(text) ? '' : text.replaceAll('\n', ' ')];
        case 'code':
        case 'equation':
        case 'rule':
        case 'unknown':
          return [];
      }
    }),
  );
}

/** Runs of white space in mathematics are one space; empty mathematics is not written. */
function wordsWritten({ inlines }: Block): string {
  return cleanInlines(inlines)
    .map((inline) => {
      if (inline.kind === 'math') return inline.tex.replaceAll(/\s+/g, ' ').trim();
      if (inline.kind === 'unknown') return inline.description.replaceAll(/[\r\n]+/g, ' ');
      return wordsOf([inline]);
    })
    .join('');
}

describe('text', () => {
  it(
    '[X3] any text in any marks reads back as the same text',
    () => {
      fc.assert(
        fc.property(someReport, (report) => {
          const found = readMarkdown(toMarkdown(report)).map((read) => read.words);
          let from = 0;
          for (const wanted of expectedWords(report).filter((text) => !/^\n*$/.test(text))) {
            const at = found.indexOf(wanted, from);
            expect(
              at,
              `${JSON.stringify(wanted)} in ${JSON.stringify(found)}`,
            ).toBeGreaterThanOrEqual(from);
            from = at + 1;
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    '[X3] a paragraph of any text is one paragraph',
    () => {
      fc.assert(
        fc.property(someText, (text) => {
          const [, , ...blocks] = readMarkdown(toMarkdown(reportOf(paragraph(text))));
          const wanted = cleanText(text).replaceAll(/\r\n|\r|\n/g, '\n');
          const expected = { type: 'paragraph', quotes: 0, lists: 0, words: wanted };
          expect(blocks).toEqual(/^\n*$/.test(wanted) ? [] : [expected]);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

it(
  '[X3] [X9] a table of any texts has the same texts in its cells',
  () => {
    const rows = fc.array(fc.tuple(someText, someText), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(rows, (texts) => {
        const found = readMarkdown(toMarkdown(reportOf(table(texts)))).slice(2);
        expect(found.map((read) => read.words)).toEqual(
          texts.flat().map((text) => {
            const wanted = cleanText(text).replaceAll(/\r\n|\r|\n/g, '\n');
            return /^\n*$/.test(wanted) ? '' : wanted;
          }),
        );
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

describe('structure', () => {
  it('[X1] titles and headings stand one below the other', () => {
    const heading = block({ shape: { type: 'heading', level: 1 }, inlines: [words('Section')] });
    const deep = block({ shape: { type: 'heading', level: 6 }, inlines: [words('Deep')] });
    expect(toMarkdown(reportOf(heading, deep))).toBe(
      '# Report\n\n## Chapter\n\n### Section\n\n###### Deep\n',
    );
  });

  it('[X2] lists and quotes nest again', () => {
    const report = reportOf(
      paragraph('one', { list: 'ordered' }),
      paragraph('inside one', { list: 'bullet', indent: 1 }),
      paragraph('two', { list: 'ordered' }),
      paragraph('more of two', { indent: 1 }),
      paragraph('quoted', { quote: 1 }),
      paragraph('in a quote', { quote: 1, list: 'bullet' }),
      paragraph('plain'),
    );
    expect(body(toMarkdown(report))).toBe(
      [
        '1. one',
        '',
        '   - inside one',
        '',
        '2. two',
        '',
        '   more of two',
        '',
        '> quoted',
        '>',
        '> - in a quote',
        '',
        'plain',
        '',
      ].join('\n'),
    );
  });

  it('[X2] a reader finds every block as deep as its levels say', () => {
    const levels = fc.array(
      fc.record({ list: fc.constantFrom('bullet' as const, 'ordered' as const), quote: fc.nat(2) }),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(levels, (sketches) => {
        const blocks = sketches.map((sketch, index) => paragraph(`p${index}`, sketch));
        const found = readMarkdown(toMarkdown(reportOf(...blocks))).slice(2);
        expect(found.map(({ words: text, quotes, lists }) => ({ text, quotes, lists }))).toEqual(
          sketches.map(({ quote }, index) => ({ text: `p${index}`, quotes: quote, lists: 1 })),
        );
      }),
    );
  });
});

describe('what Markdown can and cannot hold', () => {
  it('[X8] marks, breaks and mathematics', () => {
    const report = reportOf(
      block({
        inlines: [
          words('bold', { bold: true }),
          words(' under', { underline: true }),
          words('2', { superscript: true }),
          words('i', { subscript: true }),
          words(' a*b '),
          words('x_1', { code: true }),
          { kind: 'break', marks: {} },
          { kind: 'math', tex: 'a^2', marks: {} },
          { kind: 'math', tex: '\\beta', marks: {} },
          words(' '),
          words('site', { link: { href: 'https://example.org/a b' } }),
        ],
      }),
      block({ shape: { type: 'equation' }, inlines: [words('E = mc^2')] }),
    );
    expect(body(toMarkdown(report))).toBe(
      [
        '**bold**<u> under</u><sup>2</sup><sub>i</sub> a\\*b `x_1`\\',
        '$a^2$<!-- -->$\\beta$ [site](https://example.org/a%20b)',
        '',
        '$$',
        'E = mc^2',
        '$$',
        '',
      ].join('\n'),
    );
  });

  it('[X9] tables keep bars, blocks and a header row of their own', () => {
    const cells = table(
      [
        ['a|b', 'c'],
        ['1', ''],
      ],
      0,
    );
    expect(body(toMarkdown(reportOf({ ...cells, inlines: [words('Caption')] })))).toBe(
      'Caption\n\n| | |\n| - | - |\n| a\\|b | c |\n| 1 | |\n',
    );
    const grid = table([['h']]);
    const math = { kind: 'math', tex: '|x| \\| y', marks: {} } as const;
    const headed = withCell(grid, [block({ inlines: [math] }), paragraph('next')]);
    expect(body(toMarkdown(reportOf(headed)))).toBe(
      '| $\\vert x\\vert  \\Vert  y$<br>next |\n| - |\n',
    );
  });

  it('[X10] a figure is a picture and its caption', () => {
    const image = { type: 'image', src: '/files/1', alt: 'A [map]', width: 50 } as const;
    expect(body(toMarkdown(reportOf(block({ shape: image, inlines: [words('Figure 1.')] }))))).toBe(
      '![A \\[map\\]](/files/1)\n\nFigure 1.\n',
    );
  });

  it('[X4] [X5] unsafe links and foreign pictures leave their words', () => {
    const report = reportOf(
      block({ inlines: [words('click', { link: { href: ' java\tscript:alert(1)' } })] }),
      block({ shape: { type: 'image', src: 'https://foreign/a.png', alt: 'Alt', width: null } }),
    );
    expect(body(toMarkdown(report))).toBe('click\n\nAlt\n');
  });

  it('[X6] unknown content is code under a sentence', () => {
    const unknown = block({ shape: { type: 'unknown', description: '<widget> # a' } });
    const [, , sentence, code] = readMarkdown(toMarkdown(reportOf(unknown)));
    expect(sentence?.words).toContain('does not know');
    expect(code).toMatchObject({ type: 'code', words: '<widget> # a' });
  });
});

/** What follows the titles of `reportOf`. */
function body(markdown: string): string {
  return markdown.replace(/^# Report\n\n## Chapter\n\n/, '');
}

/** The same table with these blocks as its only cell. */
function withCell(of: Block, blocks: readonly Block[]): Block {
  if (of.type !== 'table') throw new Error('not a table');
  return { ...of, grid: { ...of.grid, cells: [[{ area: 'cell', blocks }]] } };
}
