import type { Block, BlockShape, Inline, Marks, TableCell } from '@plenary/report-model';
import type { Report } from '../report.ts';

/** What a test may say about a block; everything else is that of a plain paragraph. */
export type BlockSketch = {
  readonly shape?: BlockShape;
  readonly list?: Block['list'];
  readonly indent?: number;
  readonly quote?: number;
  readonly inlines?: readonly Inline[];
};

let keys = 0;

/** A block for tests, with a key of its own. */
export function block(sketch: BlockSketch = {}): Block {
  keys += 1;
  return {
    ...(sketch.shape ?? { type: 'paragraph' }),
    key: `k${keys}`,
    list: sketch.list ?? null,
    indent: sketch.indent ?? 0,
    quote: sketch.quote ?? 0,
    inlines: sketch.inlines ?? [],
  };
}

/** A paragraph with one run of text. */
export function paragraph(text: string, sketch: Omit<BlockSketch, 'inlines'> = {}): Block {
  return block({ ...sketch, inlines: [words(text)] });
}

/** A run of text. */
export function words(text: string, marks: Marks = {}): Inline {
  return { kind: 'text', text, marks };
}

/** A table from rows of texts; the first `headers` rows head their columns. */
export function table(rows: readonly (readonly string[])[], headers = 1): Block {
  const cell = (text: string, row: number, column: number): TableCell => ({
    area: `t/${row}/${column}`,
    blocks: [text === '' ? block() : paragraph(text)],
  });
  return block({
    shape: {
      type: 'table',
      grid: {
        rows: rows.map((_, index) => ({ id: `r${index}`, header: index < headers })),
        columns: (rows[0] ?? []).map((_, index) => ({
          id: `c${index}`,
          header: false,
          width: null,
        })),
        cells: rows.map((texts, row) => texts.map((text, column) => cell(text, row, column))),
      },
    },
  });
}

/** A report with one chapter called Chapter. */
export function reportOf(...blocks: readonly Block[]): Report {
  return {
    title: 'Report',
    chapters: [{ title: 'Chapter', chapter: { version: 1, blocks, foreign: [] } }],
  };
}
