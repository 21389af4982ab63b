import { expect, it } from 'vitest';
import { createUndoManager } from './index.ts';
import type { Block, TableGrid } from './index.ts';
import {
  ME,
  blockAt,
  cellTexts,
  copy,
  exchange,
  keyAt,
  lines,
  paragraph,
  table,
  twoCopies,
  write,
} from './testing.ts';
import type { Copy } from './testing.ts';

it('[D12] a row and a column added at the same time cross in a cell that both can write in', () => {
  const [ana, ben] = withTable(['a', 'b'], ['c', 'd']);
  const key = keyAt(ana, 1);
  ana.model.addLine(key, 'row', null, ME);
  ben.model.addLine(key, 'column', null, ME);
  exchange(ana, ben);
  const cell = cellBlock(ana, 2, 2);
  ana.model.insertText({ block: cell.key, offset: 0 }, 'from ana', {}, ME);
  ben.model.insertText({ block: cellBlock(ben, 2, 2).key, offset: 0 }, 'from ben', {}, ME);
  exchange(ana, ben);
  expect(cellTexts(ana, 1)).toEqual([
    ['a', 'b', ''],
    ['c', 'd', ''],
    ['', '', 'from ana|from ben'],
  ]);
  expect(cellTexts(ben, 1)).toEqual(cellTexts(ana, 1));
  expect(ben.model.blocks).toEqual(ana.model.blocks);
});

it('[D12] a cell holds blocks, which split, join and move like those of the body', () => {
  const [ana, ben] = withTable(['one two', '']);
  const { key } = cellBlock(ana, 0, 0);
  const second = ana.model.splitBlock({ block: key, offset: 3 }, { list: 'bullet' }, ME);
  ana.model.moveBlocks([second ?? ''], key, ME);
  exchange(ana, ben);
  expect(cellTexts(ben, 1)).toEqual([[' two|one', '']]);
  ben.model.joinBackward(key, ME);
  exchange(ana, ben);
  expect(cellTexts(ana, 1)).toEqual([[' twoone', '']]);
});

it('[D12] lines keep their order when both insert and move at the same place', () => {
  const [ana, ben] = withTable(['1'], ['2'], ['3']);
  const key = keyAt(ana, 1);
  const ids = gridOf(ana).rows.map((row) => row.id);
  const mine = ana.model.addLine(key, 'row', ids[1] ?? null, ME);
  const theirs = ben.model.addLine(key, 'row', ids[1] ?? null, ME);
  exchange(ana, ben);
  const order = gridOf(ana).rows.map((row) => row.id);
  expect(new Set(order)).toEqual(new Set([...ids, mine, theirs]));
  expect(order).toHaveLength(5);
  expect(gridOf(ben).rows.map((row) => row.id)).toEqual(order);
  const between = ana.model.addLine(key, 'row', order[2] ?? null, ME);
  expect(gridOf(ana).rows[2]?.id).toBe(between);
  ana.model.moveLine(key, 'row', { id: ids[2] ?? '', before: ids[0] ?? null }, ME);
  expect(cellTexts(ana, 1)[0]).toEqual(['3']);
});

it('[D12] headers and widths are kept by line', () => {
  const [ana, ben] = withTable(['a', 'b']);
  const key = keyAt(ana, 1);
  const { rows, columns } = gridOf(ana);
  const [row, column] = [rows[0]?.id ?? '', columns[1]?.id ?? ''];
  ana.model.setHeader(key, 'row', { id: row, header: true }, ME);
  ben.model.setColumnWidth(key, { id: column, width: 120 }, ME);
  ben.model.moveLine(key, 'column', { id: column, before: columns[0]?.id ?? null }, ME);
  exchange(ana, ben);
  expect(gridOf(ana).rows[0]).toEqual({ id: row, header: true });
  expect(gridOf(ana).columns[0]).toEqual({ id: column, header: false, width: 120 });
});

it('[D13] a deleted row shows again with what somebody wrote in it meanwhile', () => {
  const [ana, ben] = withTable(['a', 'b'], ['c', 'd']);
  const row = gridOf(ana).rows[0]?.id ?? '';
  ana.model.deleteLine(keyAt(ana, 1), 'row', row, ME);
  expect(cellTexts(ana, 1)).toEqual([['c', 'd']]);
  ben.model.insertText({ block: cellBlock(ben, 0, 1).key, offset: 1 }, ' kept', {}, ME);
  exchange(ana, ben);
  expect(cellTexts(ana, 1)).toEqual([
    ['', ' kept'],
    ['c', 'd'],
  ]);
  expect(ben.model.blocks).toEqual(ana.model.blocks);
});

it('[D13] a table whose rows are all deleted keeps one', () => {
  const [ana, ben] = withTable(['a'], ['b']);
  const key = keyAt(ana, 1);
  const [first, second] = gridOf(ana).rows.map((row) => row.id);
  ana.model.deleteLine(key, 'row', first ?? '', ME);
  ben.model.deleteLine(key, 'row', second ?? '', ME);
  exchange(ana, ben);
  expect(cellTexts(ana, 1)).toEqual([['']]);
  const cell = cellBlock(ana, 0, 0);
  ana.model.insertText({ block: cell.key, offset: 0 }, 'again', {}, ME);
  exchange(ana, ben);
  expect(cellTexts(ben, 1)).toEqual([['again']]);
});

it('[D14] a deleted table shows nothing, and again when somebody turns out to be writing in it', () => {
  const [ana, ben] = withTable(['a', 'b'], ['c', 'd']);
  ana.model.deleteBlocks([keyAt(ana, 1)], ME);
  expect(lines(ana)).toEqual(['before', 'after']);
  ben.model.insertText({ block: cellBlock(ben, 1, 0).key, offset: 1 }, ' kept', {}, ME);
  exchange(ana, ben);
  expect(cellTexts(ana, 1)).toEqual([
    ['', ''],
    [' kept', ''],
  ]);
  expect(ben.model.blocks).toEqual(ana.model.blocks);
});

it('[D14] text on both sides of a deleted table can be joined', () => {
  const [ana] = withTable(['a']);
  const span = {
    from: { block: 'head', offset: 3 },
    to: { block: keyAt(ana, 2), offset: 2 },
  };
  ana.model.deleteRange(span, ME);
  expect(lines(ana)).toEqual(['befter']);
});

function withTable(...rows: readonly (readonly string[])[]): [Copy, Copy] {
  const ana = copy(1);
  const ben = copy(2);
  write(ana, paragraph('before'), table(...rows), paragraph('after'));
  exchange(ana, ben);
  return [ana, ben];
}

function gridOf({ model }: Copy): TableGrid {
  const block = model.blocks.find((one) => one.type === 'table');
  if (block?.type !== 'table') throw new TypeError('there is no table');
  return block.grid;
}

function cellBlock(one: Copy, row: number, column: number): Block {
  return blockAt(gridOf(one).cells[row]?.[column]?.blocks ?? [], 0);
}

for (const what of ['table', 'row', 'undone row'] as const) {
  it(`[D13] [D14] a deleted ${what} that others wrote in stays when somebody works in it`, () => {
    const [ana, ben] = twoCopies('one');
    const [key = ''] = ana.model.insertBlocks(null, [table(['a'])], ME);
    const undo = createUndoManager(ana.doc, ME, { captureTimeout: 0 });
    ana.model.addLine(key, 'row', null, ME);
    exchange(ana, ben);
    const written = cellKey(ben, key);
    ben.model.insertText({ block: written, offset: 0 }, 'BEN', {}, ME);
    if (what === 'table') ana.model.deleteBlocks([key], ME);
    else if (what === 'row') ana.model.deleteLine(key, 'row', lastRow(ana, key), ME);
    else undo.undo();
    exchange(ana, ben);
    const block = cellKey(ana, key);
    const all = { from: { block, offset: 0 }, to: { block, offset: 3 } };
    ana.model.transact(ME, () => {
      ana.model.deleteRange(all, ME);
      ana.model.insertText({ block, offset: 0 }, 'ANA', {}, ME);
    });
    expect(lines(ana)).toContain('ANA');
    ana.model.deleteRange({ from: { block, offset: 0 }, to: { block, offset: 3 } }, ME);
    exchange(ana, ben);
    expect(ana.model.find(cellKey(ana, key))?.block.inlines).toEqual([]);
    expect(ben.model.blocks).toEqual(ana.model.blocks);
    undo.destroy();
  });
}

/** The block in the last cell of a table. */
function cellKey({ model }: Copy, key: string): string {
  const block = model.find(key)?.block;
  return block?.type === 'table' ? (block.grid.cells.at(-1)?.at(-1)?.blocks[0]?.key ?? '') : '';
}

function lastRow({ model }: Copy, key: string): string {
  const block = model.find(key)?.block;
  return block?.type === 'table' ? (block.grid.rows.at(-1)?.id ?? '') : '';
}
