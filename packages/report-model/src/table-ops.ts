import type * as Y from 'yjs';
import { cellText } from './input.ts';
import { keyBetween } from './order-key.ts';
import { allLines, cellPlace, cellTexts, readLayout, tableParts } from './table-read.ts';
import type { Line, TableParts } from './table-read.ts';
import { newId, setKey } from './write.ts';

/** Which lines of a table an operation is about. */
export type Axis = 'row' | 'column';

/** Deletes a table as far as nobody else writes in it (D14). False when the marker is no table. */
export function clearTable(marker: Y.Map<unknown>): boolean {
  const parts = marker.get('type') === 'table' ? tableParts(marker) : null;
  if (!parts) return false;
  for (const text of cellTexts(parts.cells)) text.delete(0, text.length);
  setKey(marker, 'gone', true);
  return true;
}

/**
 * Takes a table and the lines of one of its cells back for good where they were deleted and are only
 * shown because somebody wrote in them: somebody works there. True when anything had to be written.
 */
export function keepCell(marker: Y.Map<unknown>, row: string, column: string): boolean {
  const parts = tableParts(marker);
  if (!parts) return false;
  const isTableGone = marker.get('gone') === true;
  if (isTableGone) setKey(marker, 'gone', undefined);
  const isRowKept = keepLine(parts, 'row', row);
  return keepLine(parts, 'column', column) || isRowKept || isTableGone;
}

function keepLine(parts: TableParts, axis: Axis, id: string): boolean {
  const lines = linesOf(parts, axis);
  const isListed = lines.has(id);
  const isGone = lines.get(`${id}.gone`) === true;
  if (isGone) lines.delete(`${id}.gone`);
  // An insertion that was undone has no entry; such lines are shown last.
  if (!isListed) lines.set(id, orderBefore(docOf(parts), lines, { before: null, moving: null }));
  return isGone || !isListed;
}

/** Adds an empty line before another (null: after the last) with a cell in every visible crossing line. */
export function addLine(parts: TableParts, axis: Axis, before: string | null): string {
  const doc = docOf(parts);
  const lines = linesOf(parts, axis);
  const id = newId(doc);
  lines.set(id, orderBefore(doc, lines, { before, moving: null }));
  const layout = readLayout(parts);
  const crossing = (axis === 'row' ? layout?.columns : layout?.rows) ?? [];
  const texts = crossing.map((line) =>
    cellText(doc, axis === 'row' ? `${id}/${line.id}` : `${line.id}/${id}`, []),
  );
  parts.cells.push(texts);
  return id;
}

/** Deletes a line and the text in its cells; it shows again if somebody was writing in it (D13). */
export function deleteLine(parts: TableParts, axis: Axis, id: string): void {
  const lines = linesOf(parts, axis);
  for (const text of cellTexts(parts.cells)) {
    const [row, column] = cellPlace(text).split('/');
    if ((axis === 'row' ? row : column) === id) text.delete(0, text.length);
  }
  lines.set(`${id}.gone`, true);
}

/** Puts a line before another (null: last). Only its order key changes. */
export function moveLine(parts: TableParts, axis: Axis, id: string, before: string | null): void {
  if (id === before) return;
  const lines = linesOf(parts, axis);
  lines.set(id, orderBefore(docOf(parts), lines, { before, moving: id }));
}

/** Makes a line a header or not. */
export function setLineHeader(parts: TableParts, axis: Axis, id: string, isHeader: boolean): void {
  setEntry(linesOf(parts, axis), `${id}.header`, isHeader || undefined);
}

/** Sets a column's width in CSS pixels; null lets the reader choose. */
export function setColumnWidth(parts: TableParts, id: string, width: number | null): void {
  setEntry(parts.columns, `${id}.width`, width ?? undefined);
}

/** Makes the text of a cell nobody has written in. */
export function addCell(parts: TableParts, place: string): Y.Text {
  const text = cellText(docOf(parts), place, []);
  parts.cells.push([text]);
  return text;
}

function setEntry(map: Y.Map<unknown>, name: string, value: unknown): void {
  if (map.get(name) === value) return;
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}

function linesOf(parts: TableParts, axis: Axis): Y.Map<unknown> {
  return axis === 'row' ? parts.rows : parts.columns;
}

function orderBefore(
  doc: Y.Doc,
  map: Y.Map<unknown>,
  { before, moving }: { before: string | null; moving: string | null },
): string {
  const lines = allLines(map).filter((line) => line.id !== moving);
  const at = before === null ? -1 : lines.findIndex((line) => line.id === before);
  const index = at === -1 ? lines.length : at;
  const low = lines[index - 1]?.order ?? null;
  const high = lines[index]?.order ?? null;
  const tail = doc.clientID.toString(36).slice(-3);
  if (low === null || high === null || low < high) return keyBetween(low, high, tail);
  const order = keyBetween(low, null, tail);
  renumber(map, lines.slice(index), order);
  return order;
}

/** Two lines share a key (hostile or a rare coincidence): those behind get keys of their own again. */
function renumber(map: Y.Map<unknown>, lines: readonly Line[], after: string): void {
  let order = after;
  for (const line of lines) {
    order = keyBetween(order, null, '');
    map.set(line.id, order);
  }
}

function docOf(parts: TableParts): Y.Doc {
  if (!parts.cells.doc) throw new Error('the table is in no document');
  return parts.cells.doc;
}
