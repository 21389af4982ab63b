import { type Axis, type Block, BODY, type ChapterModel } from '@plenary/report-model';
import type { EditorState } from '@tiptap/pm/state';

/** The table the caret is in, with the row and column of its cell (-1 in the caption). */
export interface TablePlace {
  readonly table: Extract<Block, { type: 'table' }>;
  readonly row: number;
  readonly column: number;
}

/** Finds the table around the selection in the model; null outside of tables. */
export function tablePlace(model: ChapterModel, state: EditorState): TablePlace | null {
  const { $head } = state.selection;
  const table = model.area(BODY)[$head.index(0)];
  if ($head.depth === 0 || table?.type !== 'table') return null;
  const isInGrid = $head.depth >= 4 && $head.node(2).type.name === 'table_grid';
  return { table, row: isInGrid ? $head.index(2) : -1, column: isInGrid ? $head.index(3) : -1 };
}

/** Adds a row or column beside the caret's cell. */
export function addLineBeside(
  model: ChapterModel,
  place: TablePlace,
  where: { readonly axis: Axis; readonly side: 'before' | 'after' },
  origin: object,
): boolean {
  const lines = linesOf(place, where.axis);
  const current = where.axis === 'row' ? place.row : place.column;
  if (current < 0) return false;
  const before = lines[where.side === 'before' ? current : current + 1]?.id ?? null;
  return model.addLine(place.table.key, where.axis, before, origin) !== null;
}

/** Deletes the caret's row or column; with the last one goes the table. */
export function deleteLineHere(
  model: ChapterModel,
  place: TablePlace,
  axis: Axis,
  origin: object,
): boolean {
  const lines = linesOf(place, axis);
  const line = lines[axis === 'row' ? place.row : place.column];
  if (line === undefined) return false;
  if (lines.length === 1) return model.deleteBlocks([place.table.key], origin);
  return model.deleteLine(place.table.key, axis, line.id, origin);
}

/** Makes the first row (or column) a header, or an ordinary one again. */
export function toggleHeader(
  model: ChapterModel,
  place: TablePlace,
  axis: Axis,
  origin: object,
): boolean {
  const [first] = linesOf(place, axis);
  if (first === undefined) return false;
  const line = { id: first.id, header: !first.header };
  return model.setHeader(place.table.key, axis, line, origin);
}

function linesOf({ table }: TablePlace, axis: Axis): readonly { id: string; header: boolean }[] {
  return axis === 'row' ? table.grid.rows : table.grid.columns;
}
