import type { Block, TableCell, TableGrid } from '@plenary/report-model';
import { nest } from '../nest.ts';
import { cleanText } from '../normalise.ts';
import { wordsOf } from '../runs.ts';
import { blocksMarkup, type HtmlContext } from './blocks.ts';
import { element, type Markup } from './element.ts';
import { inlineMarkup } from './inlines.ts';

/** Tables inside tables inside tables … deeper than this are written as their words. */
const MAX_TABLES = 4;

/** A table block as HTML: its caption, and header cells that say what they head. */
export function tableMarkup(
  block: Block & { readonly type: 'table' },
  context: HtmlContext,
): Markup {
  if (context.tables >= MAX_TABLES) return element('p', {}, wordsInside(block));
  const inner: HtmlContext = { ...context, tables: context.tables + 1, headingId: () => null };
  const caption = inlineMarkup(block.inlines);
  const rows = block.grid.cells.map((cells, row) => rowMarkup(block.grid, { row, cells }, inner));
  const firstBodyRow = block.grid.rows.findIndex((row) => !row.header);
  const headers = firstBodyRow < 0 ? rows.length : firstBodyRow;
  const table = element(
    'table',
    {},
    caption.markup === '' ? '' : element('caption', {}, caption),
    headers === 0 ? '' : element('thead', {}, ...rows.slice(0, headers)),
    headers === rows.length ? '' : element('tbody', {}, ...rows.slice(headers)),
  );
  // wide tables scroll by themselves, by keyboard too, instead of widening the page
  const name = cleanText(wordsOf(block.inlines)) || context.labels.table;
  return element('div', { class: 'table', role: 'region', tabindex: 0, 'aria-label': name }, table);
}

function rowMarkup(
  grid: TableGrid,
  at: { readonly row: number; readonly cells: readonly TableCell[] },
  context: HtmlContext,
): Markup {
  const isHeaderRow = grid.rows[at.row]?.header === true;
  const cells = at.cells.map((cell, column) => {
    const isHeader = isHeaderRow || grid.columns[column]?.header === true;
    const content = cellMarkup(cell, context);
    if (!isHeader) return element('td', {}, content);
    return element('th', { scope: isHeaderRow ? 'col' : 'row' }, content);
  });
  return element('tr', {}, ...cells);
}

/** A single plain paragraph needs no element of its own in a cell. */
function cellMarkup(cell: TableCell, context: HtmlContext): Markup {
  const [first] = cell.blocks;
  const isPlain =
    cell.blocks.length === 1 &&
    first?.type === 'paragraph' &&
    first.list === null &&
    first.quote === 0;
  return isPlain ? inlineMarkup(first.inlines) : blocksMarkup(nest(cell.blocks), context);
}

/** All words of a table and of those in its cells, found without recursion. */
function wordsInside(block: Block): string {
  const parts: string[] = [];
  const pending: Block[] = [block];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    parts.push(cleanText(wordsOf(next.inlines)));
    if (next.type === 'table') {
      pending.push(
        ...next.grid.cells
          .flat()
          .flatMap((cell) => cell.blocks)
          .toReversed(),
      );
    }
  }
  return parts.filter((part) => part !== '').join(' ');
}
