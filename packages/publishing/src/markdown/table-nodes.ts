import type { PhrasingContent, Table, TableRow } from 'mdast';
import type { Block, TableCell, TableGrid } from '@plenary/report-model';
import { cleanLines, cleanText } from '../normalise.ts';
import { wordsOf } from '../runs.ts';
import { phrasing, textNodes } from './phrasing.ts';

/** Gives the address of a picture to write, or null to show its alternative text. */
export type PictureOf = (src: string) => string | null;

/**
 * A grid as a GitHub table. Markdown tables always have one header row: the grid's own first one, or
 * an empty one. Cells hold one line, so their blocks follow one another with `<br>` between them.
 * A grid without rows or columns gives nothing.
 */
export function tableNodes(grid: TableGrid, pictureOf: PictureOf): Table[] {
  if (grid.columns.length === 0 || grid.rows.length === 0) return [];
  const rows = grid.cells.map((cells) => rowNode(cells.map((cell) => cellNodes(cell, pictureOf))));
  const header = rowNode(grid.columns.map(() => []));
  const hasHeader = grid.rows[0]?.header === true;
  return [{ type: 'table', children: hasHeader ? rows : [header, ...rows] }];
}

function rowNode(cells: readonly PhrasingContent[][]): TableRow {
  return {
    type: 'tableRow',
    children: cells.map((children) => ({ type: 'tableCell', children })),
  };
}

function cellNodes(cell: TableCell, pictureOf: PictureOf): PhrasingContent[] {
  const nodes = cell.blocks.flatMap((block, index): PhrasingContent[] => [
    ...(index === 0 ? [] : [{ type: 'html', value: '<br>' } as const]),
    ...(block.list === null ? [] : [{ type: 'text', value: '• ' } as const]),
    ...blockInCell(block, pictureOf),
  ]);
  return withWrittenEdges(nodes);
}

/** Readers drop white space at the edges of a cell, unless it is written as character references. */
function withWrittenEdges(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  return nodes.flatMap((node, index): PhrasingContent[] => {
    if (node.type !== 'text') return [node];
    const leading = index === 0 ? /^[ \t]*/.exec(node.value)![0] : '';
    const others = node.value.slice(leading.length);
    const trailing = index === nodes.length - 1 ? /[ \t]*$/.exec(others)![0] : '';
    const value = others.slice(0, others.length - trailing.length);
    return [...references(leading), { type: 'text', value }, ...references(trailing)];
  });
}

function references(space: string): PhrasingContent[] {
  return Array.from(space, (character) => ({
    type: 'html',
    value: character === '\t' ? '&#x9;' : '&#x20;',
  }));
}

function blockInCell(block: Block, pictureOf: PictureOf): PhrasingContent[] {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return phrasing(block.inlines, 'cell');
    case 'code':
      return codeLines(cleanLines(wordsOf(block.inlines)));
    case 'equation':
      return phrasing([{ kind: 'math', tex: wordsOf(block.inlines), marks: {} }], 'cell');
    case 'image': {
      const url = pictureOf(block.src);
      const alt = cleanText(block.alt);
      const picture = url === null ? textNodes(alt) : [{ type: 'image' as const, url, alt }];
      return [...picture, ...phrasing(block.inlines, 'cell')];
    }
    case 'table':
      // a table in a cell has no form in Markdown: its words are kept
      return textNodes(cleanText(wordsOfTable(block.grid)));
    case 'rule':
      return [];
    case 'unknown':
      return codeLines(cleanLines(block.description));
  }
}

function codeLines(code: string): PhrasingContent[] {
  return code
    .split('\n')
    .flatMap((line, index): PhrasingContent[] => [
      ...(index === 0 ? [] : [{ type: 'html', value: '<br>' } as const]),
      ...(line === '' ? [] : [{ type: 'inlineCode', value: line } as const]),
    ]);
}

function wordsOfTable(grid: TableGrid): string {
  return grid.cells
    .map((cells) =>
      cells.map((cell) => cell.blocks.map((block) => wordsOf(block.inlines)).join(' ')).join(' '),
    )
    .join(' ');
}
