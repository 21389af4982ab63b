import * as Y from 'yjs';
import { toAttributes } from './marks.ts';
import type { Attributes } from './marks.ts';
import { spreadKeys } from './order-key.ts';
import type { BlockInput, BlockPatch, InlineInput, TableInput } from './types.ts';
import { newId, setKey } from './write.ts';
import type { Holder } from './write.ts';

/** One step of what Y.Text takes as a delta. */
export interface DeltaInsert {
  readonly insert: string | Y.Map<unknown>;
  readonly attributes: Attributes;
}

/** Inlines as steps to insert, with attributes that hold for all of them besides their marks. */
export function inlineDelta(
  inlines: readonly InlineInput[],
  common: Attributes = {},
): DeltaInsert[] {
  return inlines.map((inline) => ({
    insert: insertOf(inline),
    attributes: { ...common, ...toAttributes(inline.marks ?? {}) },
  }));
}

function insertOf(inline: InlineInput): DeltaInsert['insert'] {
  if (inline.kind === 'text') return inline.text;
  return inline.kind === 'break' ? '\n' : mathMap(inline.tex);
}

function mathMap(tex: string): Y.Map<unknown> {
  return new Y.Map<unknown>([
    ['inline', 'math'],
    ['tex', tex],
  ]);
}

/** The keys a patch sets; undefined deletes one, because it says what its absence says. */
export function patchEntries(patch: BlockPatch): [string, unknown][] {
  const entries: [string, unknown][] = [];
  if (patch.type !== undefined) {
    entries.push(['type', patch.type === 'paragraph' ? undefined : patch.type]);
  }
  if (patch.level !== undefined) entries.push(['level', patch.level]);
  if (patch.lang !== undefined) entries.push(['lang', patch.lang || undefined]);
  if (patch.src !== undefined) entries.push(['src', patch.src || undefined]);
  if (patch.alt !== undefined) entries.push(['alt', patch.alt || undefined]);
  if (patch.width !== undefined) entries.push(['width', patch.width ?? undefined]);
  if (patch.list !== undefined) entries.push(['list', patch.list ?? undefined]);
  if (patch.indent !== undefined) entries.push(['indent', patch.indent || undefined]);
  if (patch.quote !== undefined) entries.push(['quote', patch.quote || undefined]);
  return entries;
}

/** Sets a patch's keys, writing only those that differ. */
export function applyPatch(holder: Holder, patch: BlockPatch): void {
  for (const [name, value] of patchEntries(patch)) setKey(holder, name, value);
}

/** A marker for a block, not yet in any document. `doc` only lends its ids. */
export function markerFor(doc: Y.Doc, input: BlockInput): Y.Map<unknown> {
  const entries = patchEntries(input).filter(([, value]) => value !== undefined);
  if (!input.table) return new Y.Map(entries);
  const marker = new Y.Map(entries.filter(([name]) => name !== 'type'));
  marker.set('type', 'table');
  const [rows, columns, cells] = tableTypes(doc, input.table);
  marker.set('rows', rows);
  marker.set('columns', columns);
  marker.set('cells', cells);
  return marker;
}

function tableTypes(
  doc: Y.Doc,
  table: TableInput,
): [Y.Map<unknown>, Y.Map<unknown>, Y.Array<Y.Text>] {
  const width = Math.max(1, ...table.rows.map((row) => row.cells.length));
  const rows = new Y.Map<unknown>();
  const columns = new Y.Map<unknown>();
  const ids = lineIds(doc, columns, width, 0);
  for (const [index, id] of ids.entries()) {
    const column = table.columns?.[index];
    if (column?.header) columns.set(`${id}.header`, true);
    if (typeof column?.width === 'number') columns.set(`${id}.width`, column.width);
  }
  const cells: Y.Text[] = [];
  for (const [index, id] of lineIds(doc, rows, Math.max(1, table.rows.length), width).entries()) {
    const row = table.rows[index];
    if (row?.header) rows.set(`${id}.header`, true);
    for (const [at, column] of ids.entries()) {
      cells.push(cellText(doc, `${id}/${column}`, row?.cells[at] ?? []));
    }
  }
  return [rows, columns, Y.Array.from(cells)];
}

/** Fills a map with that many lines in order; returns their ids. `taken` ids were drawn before. */
function lineIds(doc: Y.Doc, lines: Y.Map<unknown>, count: number, taken: number): string[] {
  return spreadKeys(count).map((order, index) => {
    const id = newId(doc, taken + index);
    lines.set(id, order);
    return id;
  });
}

/** The text of a cell, not yet in any document. */
export function cellText(doc: Y.Doc, place: string, blocks: readonly BlockInput[]): Y.Text {
  const text = new Y.Text();
  text.setAttribute('at', place);
  const [first, ...others] = blocks;
  if (!first) return text;
  for (const [name, value] of patchEntries(first)) {
    if (value !== undefined) text.setAttribute(name, value);
  }
  text.applyDelta([...inlineDelta(first.inlines ?? []), ...blocksDelta(doc, others).delta]);
  return text;
}

/** Blocks as steps to insert, and the markers among them in order. */
export function blocksDelta(
  doc: Y.Doc,
  blocks: readonly BlockInput[],
): { delta: DeltaInsert[]; markers: Y.Map<unknown>[] } {
  const delta: DeltaInsert[] = [];
  const markers: Y.Map<unknown>[] = [];
  for (const block of blocks) {
    const marker = markerFor(doc, block);
    markers.push(marker);
    delta.push({ insert: marker, attributes: {} }, ...inlineDelta(block.inlines ?? []));
  }
  return { delta, markers };
}
