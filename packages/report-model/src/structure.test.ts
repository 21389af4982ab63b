import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ChapterModel } from './index.ts';
import { authorRuns } from './index.ts';
import { ME, copy, exchange, keyAt, lines, paragraph, twoCopies, write } from './testing.ts';
import type { Copy } from './testing.ts';

/** What one person does to the structure while another types in the second of three paragraphs. */
const STRUCTURE: readonly (readonly [string, (model: ChapterModel, key: string) => void])[] = [
  ['a join', (model, key) => void model.joinBackward(key, ME)],
  ['a split', (model, key) => void model.splitBlock({ block: key, offset: 5 }, {}, ME)],
  ['a wrap in a quote', (model, key) => void model.setBlocks([key], { quote: 1 }, ME)],
  ['a wrap in a list', (model, key) => void model.setBlocks([key], { list: 'bullet' }, ME)],
  ['a change to a heading', (model, key) => void model.setBlocks([key], { type: 'heading' }, ME)],
  ['a change to code', (model, key) => void model.setBlocks([key], { type: 'code' }, ME)],
  ['a move to the end', (model, key) => void model.moveBlocks([key], null, ME)],
  ['a move to the start', (model, key) => void model.moveBlocks([key], 'head', ME)],
  ['deleting the block', (model, key) => void model.deleteBlocks([key], ME)],
  [
    'deleting over both borders',
    (model, key) => {
      const last = model.blocks.at(-1)?.key ?? key;
      const span = { from: { block: 'head', offset: 2 }, to: { block: last, offset: 2 } };
      model.deleteRange(span, ME);
    },
  ],
];

for (const [name, change] of STRUCTURE) {
  it(`[D7] a word typed during ${name} stays visible once and stays its author's`, () => {
    const [ana, ben] = twoCopies('first', 'second text', 'third');
    const key = keyAt(ana, 1);
    change(ana.model, key);
    ben.model.insertText({ block: key, offset: 7 }, 'WORD', {}, ME);
    exchange(ana, ben);
    for (const one of [ana, ben]) {
      expect(lines(one).join('\n').split('WORD')).toHaveLength(2);
      expect(authorsOf(one, 'WORD')).toEqual([2]);
    }
    expect(ana.model.blocks).toEqual(ben.model.blocks);
  });
}

it('[D7] splitting, joining, moving and changing type write no text', () => {
  const ana = copy(1);
  write(ana, paragraph('one two'), paragraph('three'), paragraph('four'));
  const written = textWritten(ana, () => {
    const key = ana.model.splitBlock({ block: 'head', offset: 3 }, { type: 'heading' }, ME);
    ana.model.moveBlocks([key ?? ''], null, ME);
    ana.model.joinBackward(keyAt(ana, 1), ME);
    ana.model.joinBackward(keyAt(ana, 2), ME);
    ana.model.setBlocks([keyAt(ana, 0)], { type: 'code', quote: 2 }, ME);
  });
  expect(lines(ana)).toEqual(['onethree', 'four two']);
  expect(written).toBe('');
});

it('[D7] a paste in the middle of a block starts blocks and leaves the rest in the last', () => {
  const ana = copy(1);
  write(ana, paragraph('onetwo'), paragraph('after'));
  const keys = ana.model.insertContent(
    { block: 'head', offset: 3 },
    [paragraph(' A'), { ...paragraph('B'), type: 'heading' }, paragraph('C ')],
    ME,
  );
  expect(lines(ana)).toEqual(['one A', 'B', 'C two', 'after']);
  expect(keys).toEqual([keyAt(ana, 1), keyAt(ana, 2)]);
});

it('[D7] operations on a block that is not there change nothing', () => {
  const ana = copy(1);
  write(ana, paragraph('text'));
  let updates = 0;
  ana.doc.on('update', () => (updates += 1));
  const nowhere = { block: '7:7', offset: 0 };
  expect(ana.model.insertText(nowhere, 'x', {}, ME)).toBe(false);
  expect(ana.model.splitBlock(nowhere, {}, ME)).toBeNull();
  expect(ana.model.joinBackward('7:7', ME)).toBe(false);
  expect(ana.model.moveBlocks(['7:7'], null, ME)).toBe(false);
  expect(ana.model.deleteBlocks(['7:7'], ME)).toBe(false);
  expect(ana.model.insertBlocks('7:7', [paragraph('x')], ME)).toEqual([]);
  expect(ana.model.addLine('head', 'row', null, ME)).toBeNull();
  expect(updates).toBe(0);
});

it('[D10] blocks that are neighbours on the page but not in the text are joined without writing text', () => {
  const [ana, ben] = twoCopies('one', 'two', 'three');
  const [two, three] = [keyAt(ana, 1), keyAt(ana, 2)];
  ana.model.moveBlocks([three], 'head', ME);
  const written = textWritten(ana, () => void ana.model.joinBackward('head', ME));
  ben.model.insertText({ block: three, offset: 5 }, '!', {}, ME);
  exchange(ana, ben);
  expect(written).toBe('');
  expect(lines(ana)).toEqual(['three!one', 'two']);
  expect(lines(ben)).toEqual(lines(ana));
  ana.model.insertText({ block: three, offset: 9 }, '.', {}, ME);
  const split = ana.model.splitBlock({ block: three, offset: 6 }, {}, ME);
  expect(lines(ana)).toEqual(['three!', 'one.', 'two']);
  expect([split, two]).toEqual([keyAt(ana, 1), keyAt(ana, 2)]);
});

it('[D10] a continuation with nothing before it is a block', () => {
  const ana = copy(1);
  write(ana, paragraph('only'));
  ana.doc.getText('body').setAttribute('join', true);
  expect(lines(ana)).toEqual(['only']);
});

it('[D11] a deleted head is no block, until somebody turns out to be writing in it', () => {
  const [ana, ben] = twoCopies('one', 'two');
  ana.model.deleteBlocks(['head'], ME);
  expect(lines(ana)).toEqual(['two']);
  ben.model.insertText({ block: 'head', offset: 3 }, ' more', {}, ME);
  exchange(ana, ben);
  expect(lines(ana)).toEqual([' more', 'two']);
  expect(lines(ben)).toEqual(lines(ana));
});

it('[D11] a chapter whose blocks are all deleted keeps one to write in', () => {
  const ana = copy(1);
  write(ana, { ...paragraph('one'), type: 'heading' }, paragraph('two'));
  ana.model.deleteBlocks(
    ana.model.blocks.map((block) => block.key),
    ME,
  );
  expect(ana.model.blocks).toMatchObject([{ key: 'head', type: 'paragraph', inlines: [] }]);
  ana.model.splitBlock({ block: 'head', offset: 0 }, {}, ME);
  expect(lines(ana)).toEqual(['', '']);
});

it('[D20] the author of a character is the client that typed it, through every operation', () => {
  const [ana, ben] = twoCopies('anas words', 'more');
  ben.model.insertText({ block: 'head', offset: 4 }, ' and bens', {}, ME);
  exchange(ana, ben);
  ana.model.format(
    { from: { block: 'head', offset: 2 }, to: { block: 'head', offset: 9 } },
    { set: { italic: true } },
    ME,
  );
  ana.model.splitBlock({ block: 'head', offset: 6 }, {}, ME);
  ana.model.moveBlocks([keyAt(ana, 1)], null, ME);
  ana.model.joinBackward(keyAt(ana, 2), ME);
  exchange(ana, ben);
  expect(lines(ben)).toEqual(['anas a', 'morend bens words']);
  expect(authorRuns(ben.doc.getText('body')).filter((run) => run.client === 2)).toEqual([
    { client: 2, text: ' a' },
    { client: 2, text: 'nd bens' },
  ]);
});

/** The clients that typed a word. */
function authorsOf({ doc }: Copy, word: string): number[] {
  const runs = authorRuns(doc.getText('body')).filter((run) => run.text.includes(word));
  return runs.map((run) => run.client);
}

/** The characters that came into a document while something was done. */
function textWritten({ doc }: Copy, work: () => void): string {
  const before = Y.encodeStateVector(doc);
  work();
  const { structs } = Y.decodeUpdate(Y.encodeStateAsUpdate(doc, before));
  return structs
    .map((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString
        ? struct.content.str
        : '',
    )
    .join('');
}

it('[D11] a deleted head that others wrote in stays a block when its text is deleted', () => {
  const [ana, ben] = twoCopies('one', 'two');
  const second = keyAt(ana, 1);
  ana.model.deleteBlocks(['head'], ME);
  ben.model.insertText({ block: 'head', offset: 3 }, ' BEN', {}, ME);
  exchange(ana, ben);
  expect(lines(ana)).toEqual([' BEN', 'two']);
  const all = { from: { block: 'head', offset: 0 }, to: { block: 'head', offset: 4 } };
  ana.model.deleteRange(all, ME);
  expect(lines(ana)).toEqual(['', 'two']);
  expect(keyAt(ana, 1)).toBe(second);
  exchange(ana, ben);
  expect(lines(ben)).toEqual(['', 'two']);
});
