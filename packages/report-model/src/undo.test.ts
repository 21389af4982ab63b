import { expect, it } from 'vitest';
import { createUndoManager, readChapter } from './index.ts';
import {
  ME,
  blockAt,
  cellTexts,
  exchange,
  keyAt,
  lines,
  paragraph,
  table,
  twoCopies,
} from './testing.ts';

it('[D18] undo takes back splits, joins, moves and shapes, and leaves what others typed', () => {
  const [ana, ben] = twoCopies('one', 'two', 'three');
  const undo = createUndoManager(ana.doc, ME, { captureTimeout: 0 });
  const before = structure(ana.doc);
  const last = keyAt(ana, 2);
  ana.model.splitBlock({ block: 'head', offset: 1 }, { type: 'heading' }, ME);
  ana.model.moveBlocks([last], 'head', ME);
  ana.model.joinBackward(keyAt(ana, 2), ME);
  ana.model.setBlocks([last], { quote: 1 }, ME);
  exchange(ana, ben);
  ben.model.insertText({ block: last, offset: 5 }, ' BEN', {}, ME);
  exchange(ana, ben);
  while (undo.undo());
  exchange(ana, ben);
  expect(lines(ana)).toEqual(['one', 'two', 'three BEN']);
  expect(structure(ana.doc)).toEqual(before);
  expect(lines(ben)).toEqual(lines(ana));
  while (undo.redo());
  expect(lines(ana)).toEqual(['three BEN', 'one', 'two']);
  undo.destroy();
});

it('[D18] undo brings back deleted blocks where they were', () => {
  const [ana] = twoCopies('one', 'two', 'three');
  const undo = createUndoManager(ana.doc, ME, { captureTimeout: 0 });
  ana.model.deleteBlocks(['head', keyAt(ana, 1)], ME);
  expect(lines(ana)).toEqual(['three']);
  undo.undo();
  expect(lines(ana)).toEqual(['one', 'two', 'three']);
  undo.destroy();
});

it('[D18] undoing a table or a row leaves what others wrote in it', () => {
  const [ana, ben] = twoCopies('one');
  const undo = createUndoManager(ana.doc, ME, { captureTimeout: 0 });
  const [key = ''] = ana.model.insertBlocks(null, [table(['a'], ['b'])], ME);
  const row = ana.model.addLine(key, 'row', null, ME);
  exchange(ana, ben);
  const grid = blockAt(ben.model.blocks, 1);
  const cell = grid.type === 'table' ? grid.grid.cells[2]?.[0] : undefined;
  ben.model.insertText({ block: cell?.blocks[0]?.key ?? '', offset: 0 }, 'BEN', {}, ME);
  exchange(ana, ben);
  expect(row).not.toBeNull();
  while (undo.undo());
  exchange(ana, ben);
  expect(cellTexts(ana, 1).flat()).toContain('BEN');
  expect(ben.model.blocks).toEqual(ana.model.blocks);
  undo.destroy();
});

for (const what of ['table', 'row', 'column'] as const) {
  it(`[D18] undoing a ${what} leaves what others type in it before they hear of that`, () => {
    const [ana, ben] = twoCopies('one');
    const [key = ''] = ana.model.insertBlocks(null, [table(['a'])], {});
    const undo = createUndoManager(ana.doc, ME, { captureTimeout: 0 });
    const added = what === 'table' ? ana.model.insertBlocks(null, [table(['b'])], ME)[0] : key;
    if (what !== 'table') ana.model.addLine(key, what, null, ME);
    exchange(ana, ben);
    const grid = ben.model.find(added ?? '')?.block;
    const cell = grid?.type === 'table' ? grid.grid.cells.at(-1)?.at(-1) : undefined;
    ben.model.insertText({ block: cell?.blocks[0]?.key ?? '', offset: 0 }, 'BEN', {}, ME);
    undo.undo();
    exchange(ana, ben);
    expect(lines(ana).join(' ').split('BEN')).toHaveLength(2);
    expect(ben.model.blocks).toEqual(ana.model.blocks);
    undo.redo();
    exchange(ana, ben);
    expect(lines(ana).join(' ').split('BEN')).toHaveLength(2);
    expect(ben.model.blocks).toEqual(ana.model.blocks);
    undo.destroy();
  });
}

it('[D18] undoing a table nobody else wrote in takes it away', () => {
  const [ana] = twoCopies('one');
  const undo = createUndoManager(ana.doc, ME, { captureTimeout: 0 });
  ana.model.insertBlocks(null, [table(['a']), paragraph('x')], ME);
  undo.undo();
  expect(lines(ana)).toEqual(['one']);
  undo.destroy();
});

function structure(doc: Parameters<typeof readChapter>[0]): unknown[] {
  return readChapter(doc).blocks.map(({ type, quote, list }) => ({ type, quote, list }));
}
