import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readChapter } from './index.ts';
import { ME, copy, exchange, keyAt, lines, paragraph, twoCopies, write } from './testing.ts';

it('[D8] a fragment is shown at its slot, and what follows it in the text goes along', () => {
  const doc = new Y.Doc();
  const body = doc.getText('body');
  body.insert(0, 'a');
  const marks = ['b', 'c', 'd'].map((text) => {
    const marker = new Y.Map<unknown>();
    body.insertEmbed(body.length, marker);
    body.insert(body.length, text);
    return marker;
  });
  const text = (): string =>
    readChapter(doc)
      .blocks.map((block) => textOf(block.inlines))
      .join('');
  body.insertEmbed(
    1,
    new Y.Map([
      ['inline', 'slot'],
      ['id', 's'],
    ]),
  );
  marks[1]?.set('slot', 's');
  expect(text()).toBe('acdb');
  marks[2]?.set('here', true);
  expect(text()).toBe('acbd');
  marks[1]?.set('slot', 'nowhere');
  expect(text()).toBe('abcd');
});

it('[D9] a section moves with all that is written in it meanwhile', () => {
  const [ana, ben] = twoCopies('intro', 'Section', 'its text', 'Other', 'end');
  const [section, text, other] = [keyAt(ana, 1), keyAt(ana, 2), keyAt(ana, 3)];
  ana.model.moveBlocks([section, text], null, ME);
  const added = ben.model.splitBlock({ block: text, offset: 8 }, {}, ME);
  ben.model.insertText({ block: added ?? '', offset: 0 }, 'new paragraph', {}, ME);
  ben.model.insertText({ block: section, offset: 7 }, ' one', {}, ME);
  ben.model.insertText({ block: other, offset: 5 }, ' two', {}, ME);
  exchange(ana, ben);
  expect(lines(ana)).toEqual([
    'intro',
    'Other two',
    'end',
    'Section one',
    'its text',
    'new paragraph',
  ]);
  expect(lines(ben)).toEqual(lines(ana));
});

it('[D9] a section of any length moves by a slot and two keys', () => {
  const ana = copy(1);
  write(ana, ...Array.from({ length: 60 }, (_, index) => paragraph(`p${index}`)));
  const before = Y.encodeStateVector(ana.doc);
  const keys = ana.model.blocks.slice(10, 50).map((block) => block.key);
  ana.model.moveBlocks(keys, keyAt(ana, 2), ME);
  expect(lines(ana).slice(0, 4)).toEqual(['p0', 'p1', 'p10', 'p11']);
  expect(lines(ana).slice(-3)).toEqual(['p57', 'p58', 'p59']);
  expect(Y.encodeStateAsUpdate(ana.doc, before).length).toBeLessThan(80);
});

it('[D9] two people moving the same block put it in one place', () => {
  const [ana, ben] = twoCopies('a', 'b', 'c', 'd');
  const [b, d] = [keyAt(ana, 1), keyAt(ana, 3)];
  ana.model.moveBlocks([b], 'head', ME);
  ben.model.moveBlocks([b], null, ME);
  ben.model.insertText({ block: d, offset: 1 }, '!', {}, ME);
  exchange(ana, ben);
  expect(lines(ana).toSorted()).toEqual(['a', 'b', 'c', 'd!']);
  expect(lines(ben)).toEqual(lines(ana));
});

it('[D9] two blocks moved behind one another at the same time are both shown', () => {
  const [ana, ben] = twoCopies('a', 'b', 'c', 'd');
  const [b, c, d] = [keyAt(ana, 1), keyAt(ana, 2), keyAt(ana, 3)];
  ana.model.moveBlocks([b], d, ME);
  ben.model.moveBlocks([c], b, ME);
  exchange(ana, ben);
  expect(lines(ana).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect(lines(ben)).toEqual(lines(ana));
});

it('[D9] a block moved next to one that is moved away does not go with it', () => {
  const [ana, ben] = twoCopies('a', 'b', 'c', 'd', 'e');
  const [b, d] = [keyAt(ana, 1), keyAt(ana, 3)];
  ana.model.moveBlocks([d], keyAt(ana, 2), ME);
  expect(lines(ana)).toEqual(['a', 'b', 'd', 'c', 'e']);
  ana.model.moveBlocks([b], null, ME);
  expect(lines(ana)).toEqual(['a', 'd', 'c', 'e', 'b']);
  exchange(ana, ben);
  expect(lines(ben)).toEqual(lines(ana));
});

it('[D9] moving there and back again and again gives the order asked for', () => {
  const ana = copy(1);
  write(ana, ...['a', 'b', 'c', 'd', 'e'].map((text) => paragraph(text)));
  let order = ana.model.blocks.map((block) => block.key);
  for (let at = 0; at < 60; at += 1) {
    const moved = order[(at * 7) % 5] ?? '';
    const rest = order.filter((key) => key !== moved);
    const before = rest[(at * 3) % 5] ?? null;
    ana.model.moveBlocks([moved], before, ME);
    const index = before === null ? rest.length : rest.indexOf(before);
    order = rest.toSpliced(index, 0, moved);
    expect(ana.model.blocks.map((block) => block.key)).toEqual(order);
  }
});

it('[D9] keys no operation of ours would leave behind still show every block once', () => {
  const ana = copy(1);
  write(ana, ...['a', 'b', 'c', 'd'].map((text) => paragraph(text)));
  const body = ana.doc.getText('body');
  const [b, c, d] = body
    .toDelta()
    .flatMap((op: { readonly insert: unknown }) => (op.insert instanceof Y.Map ? [op.insert] : []));
  for (const id of ['s', 's', 't']) {
    body.insertEmbed(
      3,
      new Y.Map([
        ['inline', 'slot'],
        ['id', id],
      ]),
    );
  }
  b?.set('slot', 's');
  c?.set('slot', 's');
  d?.set('slot', 't');
  d?.set('here', 'yes');
  body.setAttribute('slot', 't');
  expect(lines(ana).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  const [first, last] = [keyAt(ana, 0), keyAt(ana, 3)];
  ana.model.moveBlocks([last], first, ME);
  expect(keyAt(ana, 0)).toBe(last);
  expect(lines(ana).toSorted()).toEqual(['a', 'b', 'c', 'd']);
});

function textOf(inlines: readonly { readonly kind: string; readonly text?: string }[]): string {
  return inlines.map((inline) => inline.text ?? '').join('');
}
