import * as Y from 'yjs';
import { MAX_COLUMNS, MAX_ROWS, asBounded } from './keys.ts';
import type { TableColumn, TableRow } from './types.ts';

/** Where cells without a readable place are shown, so that their words stay visible. */
const LOST_ID = '?';

/** The shared types inside a table's marker (D12). */
export interface TableParts {
  readonly rows: Y.Map<unknown>;
  readonly columns: Y.Map<unknown>;
  readonly cells: Y.Array<unknown>;
}

/** A table's lines in visible order and the texts of each cell, by `row/column`. */
export interface TableLayout {
  readonly rows: readonly TableRow[];
  readonly columns: readonly TableColumn[];
  readonly texts: ReadonlyMap<string, readonly Y.Text[]>;
}

/** The parts of a marker of type `table`, or null when they are not what they should be. */
export function tableParts(marker: Y.Map<unknown>): TableParts | null {
  const rows = marker.get('rows');
  const columns = marker.get('columns');
  const cells = marker.get('cells');
  return rows instanceof Y.Map && columns instanceof Y.Map && cells instanceof Y.Array
    ? { rows, columns, cells }
    : null;
}

/** Whether a marker is a deleted table in which nobody has text (D14): it shows nothing. */
export function isEmptiedTable(marker: Y.Map<unknown>): boolean {
  if (marker.get('type') !== 'table' || marker.get('gone') !== true) return false;
  const parts = tableParts(marker);
  if (!parts) return false;
  for (const text of cellTexts(parts.cells)) if (hasContent(text)) return false;
  return true;
}

/** The texts among a table's cells, in the order of their creation as merged. */
export function* cellTexts(cells: Y.Array<unknown>): Generator<Y.Text> {
  for (let item = cells._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentType)) continue;
    if (item.content.type instanceof Y.Text) yield item.content.type;
  }
}

/** Whether a cell's text holds anything a reader sees; block markers alone are nothing. */
export function hasContent(text: Y.Text): boolean {
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const { content } = item;
    if (!(content instanceof Y.ContentType) || !(content.type instanceof Y.Map)) return true;
    const inline = content.type.get('inline');
    if (inline !== undefined && inline !== 'slot') return true;
  }
  return false;
}

/** Row and column of a cell's text. */
export function cellPlace(text: Y.Text): string {
  const at: unknown = text.getAttribute('at');
  return typeof at === 'string' && /^[^/]{1,64}\/[^/]{1,64}$/.test(at)
    ? at
    : `${LOST_ID}/${LOST_ID}`;
}

/**
 * Reads a table's rows, columns and cells. A deleted line is shown when a cell of it has text, and a
 * table has always at least one row and one column. Null when the grid is beyond the limits.
 */
export function readLayout(parts: TableParts): TableLayout | null {
  const texts = new Map<string, Y.Text[]>();
  const usedRows = new Set<string>();
  const usedColumns = new Set<string>();
  for (const text of cellTexts(parts.cells)) {
    const place = cellPlace(text);
    const there = texts.get(place);
    if (there) there.push(text);
    else texts.set(place, [text]);
    if (!hasContent(text)) continue;
    const [row = LOST_ID, column = LOST_ID] = place.split('/');
    usedRows.add(row);
    usedColumns.add(column);
  }
  const rows = visibleLines(parts.rows, usedRows);
  const columns = visibleLines(parts.columns, usedColumns);
  if (rows.length > MAX_ROWS || columns.length > MAX_COLUMNS) return null;
  return {
    rows: rows.map((id) => ({ id, header: parts.rows.get(`${id}.header`) === true })),
    columns: columns.map((id) => ({
      id,
      header: parts.columns.get(`${id}.header`) === true,
      width: asBounded(parts.columns.get(`${id}.width`), 20, 4_000),
    })),
    texts,
  };
}

/** A line (row or column) as stored, with its order key. */
export interface Line {
  readonly id: string;
  readonly order: string;
  readonly gone: boolean;
}

/** All lines of a table, deleted ones included, in their order. */
export function allLines(lines: Y.Map<unknown>): Line[] {
  const found: Line[] = [];
  for (const [id, order] of lines.entries()) {
    if (id.includes('.') || id.includes('/') || id.length > 64) continue;
    const key = typeof order === 'string' ? order : '';
    found.push({ id, order: key, gone: lines.get(`${id}.gone`) === true });
  }
  return found.toSorted((a, b) => compare(a.order, b.order) || compare(a.id, b.id));
}

function visibleLines(map: Y.Map<unknown>, used: ReadonlySet<string>): string[] {
  const lines = allLines(map);
  const listed = new Set(lines.map((line) => line.id));
  const ids = lines.filter((line) => !line.gone || used.has(line.id)).map((line) => line.id);
  for (const id of used) if (!listed.has(id)) ids.push(id);
  return ids.length > 0 ? ids : [lines[0]?.id ?? LOST_ID];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
