import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { ChapterModel, readChapter } from './index.ts';
import type { ModelEvent } from './index.ts';
import { Mirror } from './fuzz/mirror.ts';
import {
  ME,
  blockAt,
  copy,
  exchange,
  keyAt,
  lines,
  paragraph,
  table,
  twoCopies,
  write,
} from './testing.ts';

it('[D17] typing is told as steps in one block, and nothing else', () => {
  const [ana, ben] = twoCopies('one', 'two', 'three');
  const events: ModelEvent[] = [];
  ben.model.observe((event) => events.push(event));
  const untouched = ben.model.blocks[2];
  ana.model.insertText({ block: keyAt(ana, 1), offset: 2 }, 'x', { bold: true }, ME);
  exchange(ana, ben);
  expect(events).toEqual([
    {
      changes: [
        {
          kind: 'text',
          area: 'body',
          index: 1,
          key: keyAt(ana, 1),
          ops: [
            { kind: 'retain', length: 2 },
            { kind: 'insert', inlines: [{ kind: 'text', text: 'x', marks: { bold: true } }] },
          ],
        },
      ],
      origin: 'network',
      isLocal: false,
    },
  ]);
  expect(ben.model.blocks[2]).toBe(untouched);
});

it('[D17] a split is told as text taken from one block and a block added', () => {
  const [ana] = twoCopies('one two');
  const events: ModelEvent[] = [];
  ana.model.observe((event) => events.push(event));
  ana.model.splitBlock({ block: 'head', offset: 3 }, { type: 'heading' }, ME);
  expect(events.flatMap((event) => event.changes)).toMatchObject([
    {
      kind: 'text',
      key: 'head',
      ops: [
        { kind: 'retain', length: 3 },
        { kind: 'delete', length: 4 },
      ],
    },
    { kind: 'blocks', from: 1, to: 1, blocks: [{ type: 'heading' }] },
  ]);
  expect(events[0]).toMatchObject({ origin: ME, isLocal: true });
});

it('[D17] a change of type is told as a shape, and formatting as marks', () => {
  const [ana] = twoCopies('one two');
  const events: ModelEvent[] = [];
  ana.model.observe((event) => events.push(event));
  ana.model.setBlocks(['head'], { type: 'heading', level: 2 }, ME);
  const span = { from: { block: 'head', offset: 4 }, to: { block: 'head', offset: 7 } };
  ana.model.format(span, { set: { bold: true } }, ME);
  expect(events.flatMap((event) => event.changes)).toMatchObject([
    { kind: 'shape', index: 0, key: 'head', block: { type: 'heading', level: 2 } },
    {
      kind: 'text',
      ops: [
        { kind: 'retain', length: 4 },
        { kind: 'mark', length: 3, marks: { bold: true } },
      ],
    },
  ]);
});

it('[D17] typing in a cell is told in the cell, and the table around it is up to date', () => {
  const ana = copy(1);
  write(ana, paragraph('x'), table(['a', 'b']));
  const mirror = new Mirror(ana.model.blocks);
  const areas: string[] = [];
  ana.model.observe(({ changes }) => {
    areas.push(...changes.map((change) => change.area));
    mirror.apply(changes);
  });
  const grid = blockAt(ana.model.blocks, 1);
  const cell = grid.type === 'table' ? grid.grid.cells[0]?.[1] : undefined;
  ana.model.insertText({ block: cell?.blocks[0]?.key ?? '', offset: 1 }, 'c', {}, ME);
  expect(areas).toEqual([cell?.area]);
  expect(ana.model.blocks).toEqual(readChapter(ana.doc).blocks);
  expect(mirror.blocks).toEqual(ana.model.blocks);
});

it('[D17] several operations in one transaction see each other and are told once', () => {
  const [ana, ben] = twoCopies('one', 'two');
  const mirror = new Mirror(ana.model.blocks);
  let events = 0;
  ana.model.observe(({ changes }) => {
    events += 1;
    mirror.apply(changes);
  });
  ana.model.transact(ME, () => {
    const key = ana.model.splitBlock({ block: 'head', offset: 1 }, {}, ME);
    ana.model.insertText({ block: key ?? '', offset: 0 }, 'X', {}, ME);
    ana.model.deleteRange(
      { from: { block: 'head', offset: 0 }, to: { block: key ?? '', offset: 2 } },
      ME,
    );
    expect(ana.model.blocks.length).toBe(2);
  });
  exchange(ana, ben);
  expect(lines(ben)).toEqual(['e', 'two']);
  expect(events).toBe(1);
  expect(mirror.blocks).toEqual(ana.model.blocks);
});

it('[D17] a long block is followed edit by edit, objects and hidden slots included', () => {
  const [ana, ben] = twoCopies('one', 'two', 'three');
  ana.model.moveBlocks([keyAt(ana, 2)], keyAt(ana, 1), ME);
  ana.model.joinBackward(keyAt(ana, 2), ME);
  ana.model.insertInlines({ block: keyAt(ana, 1), offset: 2 }, [{ kind: 'math', tex: 'x' }], ME);
  exchange(ana, ben);
  const mirror = new Mirror(ben.model.blocks);
  ben.model.observe(({ changes }) => mirror.apply(changes));
  const key = keyAt(ana, 1);
  for (let at = 0; at < 12; at += 1) {
    ana.model.insertText(
      { block: key, offset: at },
      at % 3 ? 'x' : 'y\n',
      at % 4 ? {} : { code: true },
      ME,
    );
    if (at % 2) {
      const span = { from: { block: key, offset: at }, to: { block: key, offset: at + 1 } };
      ana.model.deleteRange(span, ME);
    }
    exchange(ana, ben);
    expect(ben.model.blocks).toEqual(readChapter(ana.doc).blocks);
    expect(mirror.blocks).toEqual(ben.model.blocks);
  }
});

it('a copy whose body was filled before it was asked for deletes no more than it should', () => {
  const ana = copy(1);
  write(
    ana,
    { inlines: [{ kind: 'text', text: 'bold', marks: { bold: true } }] },
    paragraph('plain'),
  );
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(ana.doc));
  const model = new ChapterModel(doc);
  const key = model.blocks[1]?.key ?? '';
  for (let at = 0; at < 3; at += 1) model.insertText({ block: key, offset: at }, 'x', {}, ME);
  model.deleteRange({ from: { block: 'head', offset: 2 }, to: { block: 'head', offset: 4 } }, ME);
  expect(readChapter(doc).blocks.map((block) => block.inlines)).toEqual([
    [{ kind: 'text', text: 'bo', marks: { bold: true } }],
    [{ kind: 'text', text: 'xxxplain', marks: {} }],
  ]);
});

it('a closed model is no longer told', () => {
  const ana = copy(1);
  let events = 0;
  ana.model.observe(() => (events += 1));
  ana.model.close();
  ana.model.close();
  ana.doc.getText('body').insert(0, 'x');
  expect(events).toBe(0);
});
