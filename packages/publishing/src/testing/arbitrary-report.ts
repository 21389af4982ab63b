import * as fc from 'fast-check';
import type { Block, BlockShape, Inline, Marks, TableGrid } from '@plenary/report-model';
import type { Report } from '../report.ts';

/** Pieces of text that mean something to a Markdown or HTML reader in one place or another. */
const TROUBLE = [
  '*',
  '**',
  '_',
  '__',
  '`',
  '``',
  '~',
  '~~',
  '$',
  '$$',
  '|',
  '\\',
  '<',
  '>',
  '&',
  '&amp;',
  '&#35;',
  '[',
  ']',
  '(',
  ')',
  '![',
  '](',
  '#',
  '# ',
  '+ ',
  '- ',
  '-',
  '---',
  '===',
  '1. ',
  '1) ',
  '!',
  ':',
  '"',
  "'",
  ' ',
  '  ',
  '    ',
  '\t',
  '\u00a0',
  '\u2028',
  '[x] ',
  '[^1]',
  '[^1]: ',
  'http://',
  'https://a.b',
  'www.a.b',
  'a@b.cd',
  '<b>',
  '</p>',
  '<!--',
  '-->',
  '<script>alert(1)</script>',
  '%',
  '{',
  '}',
  '^',
  'é',
  '中',
  '👩‍🚀',
  '\u0000',
  '\ud800',
  'a',
  'Z',
  '0',
  '.',
  ',',
  'word',
  'two words',
  '\n',
  '\r',
];

/** Text full of trouble, and ordinary text. */
export const someText = fc.oneof(
  fc
    .array(fc.constantFrom(...TROUBLE), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.lorem({ maxCount: 6 }),
);

const flag = fc.option(fc.constant(true as const), { nil: undefined, freq: 3 });
const someMarks: fc.Arbitrary<Marks> = fc
  .record({
    bold: flag,
    italic: flag,
    underline: flag,
    strike: flag,
    code: flag,
    superscript: flag,
    subscript: flag,
    link: fc.option(
      fc.record({ href: fc.oneof(fc.webUrl(), someText, fc.constant('javascript:alert(1)')) }),
      { nil: undefined, freq: 3 },
    ),
  })
  .map((marks) => Object.fromEntries(Object.entries(marks).filter(([, value]) => value)) as Marks);

const someTex = fc.oneof(
  fc.constantFrom('x', 'x^2', '\\alpha', '|x|', 'a \\| b', '\\frac{1}{2}', '$', '}{', '\\bad', ''),
  someText,
);

const someInline: fc.Arbitrary<Inline> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('text' as const), text: someText, marks: someMarks }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const), marks: someMarks }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('math' as const), tex: someTex, marks: someMarks }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('unknown' as const),
      description: someText,
      marks: someMarks,
    }),
  },
);

const simpleShape: fc.Arbitrary<BlockShape> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'paragraph' } as const) },
  fc.record({ type: fc.constant('heading' as const), level: fc.constantFrom(1, 2, 3, 4, 5, 6) }),
  fc.record({ type: fc.constant('code' as const), lang: fc.oneof(fc.constant('ts'), someText) }),
  fc.record({
    type: fc.constant('image' as const),
    src: fc.oneof(fc.constant('/files/a.png'), fc.webUrl(), someText),
    alt: someText,
    width: fc.option(fc.integer({ min: 1, max: 100 })),
  }),
  fc.constant({ type: 'equation' } as const),
  fc.constant({ type: 'rule' } as const),
  fc.record({ type: fc.constant('unknown' as const), description: someText }),
);

function blockOf(shape: fc.Arbitrary<BlockShape>): fc.Arbitrary<Block> {
  return fc
    .tuple(
      shape,
      fc.record({
        key: fc.uuid(),
        list: fc.constantFrom(null, null, 'bullet' as const, 'ordered' as const),
        indent: fc.integer({ min: 0, max: 4 }),
        quote: fc.constantFrom(0, 0, 0, 1, 2),
        inlines: fc.array(someInline, { maxLength: 5 }),
      }),
    )
    .map(([type, rest]): Block => ({ ...type, ...rest }));
}

const someGrid: fc.Arbitrary<TableGrid> = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 2 }),
  )
  .chain(([rows, columns, headers]) =>
    fc
      .array(fc.array(blockOf(simpleShape), { minLength: 1, maxLength: 2 }), {
        minLength: rows * columns,
        maxLength: rows * columns,
      })
      .map((cells) => ({
        rows: Array.from({ length: rows }, (_, index) => ({
          id: `r${index}`,
          header: index < headers,
        })),
        columns: Array.from({ length: columns }, (_, index) => ({
          id: `c${index}`,
          header: headers === 2 && index === 0,
          width: null,
        })),
        cells: Array.from({ length: rows }, (_, row) =>
          Array.from({ length: columns }, (_, column) => ({
            area: `t/${row}/${column}`,
            blocks: cells[row * columns + column]!,
          })),
        ),
      })),
  );

/** One block of any type, in any list and quote, tables with any blocks in their cells included. */
const someBlock: fc.Arbitrary<Block> = fc.oneof(
  { weight: 8, arbitrary: blockOf(simpleShape) },
  {
    weight: 1,
    arbitrary: blockOf(fc.record({ type: fc.constant('table' as const), grid: someGrid })),
  },
);

/** A report of up to two chapters of up to eight blocks. */
export const someReport: fc.Arbitrary<Report> = fc.record({
  title: someText,
  chapters: fc.array(
    fc.record({
      title: someText,
      chapter: fc.record({
        version: fc.constant(1),
        blocks: fc.array(someBlock, { minLength: 1, maxLength: 8 }),
        foreign: fc.array(fc.record({ name: someText, description: someText }), { maxLength: 1 }),
      }),
    }),
    { maxLength: 2 },
  ),
});
