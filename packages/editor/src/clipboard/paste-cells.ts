import type { Fragment, Node, Slice } from '@tiptap/pm/model';
import { type EditorState, TextSelection, type Transaction } from '@tiptap/pm/state';
import { CellSelection } from '@tiptap/pm/tables';

/**
 * Pastes a table's cells over the cells of another one, from the cell at the caret (or the first
 * selected) to the right and down, as far as there are cells. Null when there is no table in the
 * slice or no cell to paste into.
 */
export function pasteCells(state: EditorState, slice: Slice): Transaction | null {
  const rows = rowsOf(slice.content);
  const target = targetCell(state);
  if (rows.length === 0 || target === null) return null;
  const { grid, gridStart, row, column } = target;
  const tr = state.tr;
  let rowStart = gridStart;
  for (const [rowIndex, line] of grid.children.entries()) {
    let cellStart = rowStart + 1;
    for (const [columnIndex, cell] of line.children.entries()) {
      const content = rows[rowIndex - row]?.[columnIndex - column];
      if (content !== undefined) {
        const from = tr.mapping.map(cellStart + 1);
        const to = tr.mapping.map(cellStart + cell.nodeSize - 1);
        tr.replaceWith(from, to, content);
      }
      cellStart += cell.nodeSize;
    }
    rowStart += line.nodeSize;
  }
  if (!tr.docChanged) return null;
  const caret = tr.doc.resolve(Math.min(state.selection.from, tr.doc.content.size));
  return tr.setSelection(TextSelection.near(caret)).scrollIntoView();
}

/** The cells of a table that is alone in the content, row by row, each as the blocks in it. */
function rowsOf(content: Fragment): Fragment[][] {
  const last = content.lastChild;
  // A whole table is its caption and its grid; selected cells are a grid, or rows of one.
  if (last?.type.name === 'table' || last?.type.name === 'table_grid') return rowsOf(last.content);
  if (last?.type.name !== 'table_row') return [];
  return content.content.map((row) => row.children.map((cell) => cell.content));
}

function targetCell(
  state: EditorState,
): { grid: Node; gridStart: number; row: number; column: number } | null {
  const { selection } = state;
  const $cell = selection instanceof CellSelection ? selection.$anchorCell : selection.$from;
  for (let depth = $cell.depth; depth > 0; depth--) {
    if ($cell.node(depth).type.name !== 'table_grid') continue;
    const grid = $cell.node(depth);
    const isCells = selection instanceof CellSelection;
    const rows = isCells ? selection.ranges.map(({ $from }) => $from.index(depth)) : [];
    const columns = isCells ? selection.ranges.map(({ $from }) => $from.index(depth + 1)) : [];
    return {
      grid,
      gridStart: $cell.start(depth),
      row: isCells ? Math.min(...rows) : $cell.index(depth),
      column: isCells ? Math.min(...columns) : $cell.index(depth + 1),
    };
  }
  return null;
}
