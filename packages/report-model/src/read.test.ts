import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { ChapterModel, countWords, outline, plainText, readChapter, validate } from './index.ts';
import type { Span } from './index.ts';
import { ME, copy, exchange, keyAt, lines, paragraph, table, twoCopies, write } from './testing.ts';

it('[D1] other roots are reported and left alone', () => {
  const ana = copy(1);
  write(ana, paragraph('ours'));
  ana.doc.getText('notes').insert(0, 'theirs');
  const chapter = readChapter(ana.doc);
  expect(plainText(chapter)).toBe('ours');
  expect(chapter.foreign).toEqual([{ name: 'notes', description: 'theirs' }]);
  expect(ana.doc.getText('notes').toJSON()).toBe('theirs');
});

it('[D2] an empty document is one empty paragraph, and reading it writes nothing', () => {
  const doc = new Y.Doc();
  let updates = 0;
  doc.on('update', () => (updates += 1));
  const model = new ChapterModel(doc);
  expect(readChapter(doc).blocks).toEqual([
    { type: 'paragraph', key: 'head', list: null, indent: 0, quote: 0, inlines: [] },
  ]);
  expect(model.blocks).toEqual(readChapter(doc).blocks);
  model.find('head');
  model.fromRelative(model.toRelative({ block: 'head', offset: 0 }, 'left'));
  expect(updates).toBe(0);
  expect(Y.encodeStateAsUpdate(doc)).toEqual(new Uint8Array([0, 0]));
});

it('[D2] receiving formatting whose text somebody else deleted writes nothing', () => {
  const [ana, ben] = twoCopies('one two three four five six');
  const reader = copy(3);
  const span = (from: number, to: number): Span => ({
    from: { block: 'head', offset: from },
    to: { block: 'head', offset: to },
  });
  ana.model.format(span(0, 3), { set: { italic: true } }, ME);
  exchange(ana, ben, reader);
  let written = 0;
  reader.doc.on('update', (_: Uint8Array, origin: unknown) => {
    if (origin !== 'network') written += 1;
  });
  ana.model.format(span(4, 12), { set: { bold: true } }, ME);
  ben.model.deleteRange(span(2, 14), ME);
  exchange(ana, reader);
  exchange(ben, reader);
  expect(written).toBe(0);
  expect(lines(reader)).toEqual(['onfour five six']);
});

it('[D3] the version is an attribute of the body, and absent means 1', () => {
  const ana = copy(1);
  write(ana, paragraph('text'));
  expect(readChapter(ana.doc).version).toBe(1);
  expect(ana.doc.getText('body').getAttribute('v')).toBeUndefined();
  ana.doc.getText('body').setAttribute('v', 7);
  expect(readChapter(ana.doc).version).toBe(7);
  expect(validate(readChapter(ana.doc))).toEqual([{ kind: 'newer-version', version: 7 }]);
  ana.doc.getText('body').setAttribute('v', 'seven');
  expect(readChapter(ana.doc).version).toBe(1);
});

it('[D4] a block reaches from its marker to the next, and the text before the first is the head', () => {
  const doc = new Y.Doc();
  doc.clientID = 9;
  const body = doc.getText('body');
  body.insert(0, 'before');
  body.insertEmbed(6, new Y.Map([['type', 'heading']]));
  body.insert(7, 'after');
  body.setAttribute('quote', 2);
  const { blocks } = readChapter(doc);
  expect(blocks.map(({ key, type, quote }) => ({ key, type, quote }))).toEqual([
    { key: 'head', type: 'paragraph', quote: 2 },
    { key: '9:6', type: 'heading', quote: 0 },
  ]);
  expect(plainText({ blocks })).toBe('before\nafter');
});

it('[D5] different keys changed at the same time are both kept', () => {
  const [ana, ben] = twoCopies('one', 'two');
  const key = keyAt(ana, 1);
  ana.model.setBlocks([key], { type: 'heading', level: 3 }, ME);
  ben.model.setBlocks([key], { quote: 1, list: 'bullet', indent: 2 }, ME);
  ben.model.setBlocks(['head'], { type: 'code', lang: 'ts' }, ME);
  ana.model.setBlocks(['head'], { indent: 1 }, ME);
  exchange(ana, ben);
  expect(ana.model.blocks[1]).toMatchObject({
    type: 'heading',
    level: 3,
    quote: 1,
    list: 'bullet',
    indent: 2,
  });
  expect(ben.model.blocks[0]).toMatchObject({ type: 'code', lang: 'ts', indent: 1 });
  expect(ben.model.blocks).toEqual(ana.model.blocks);
});

it('[D5] what says the default is written as absence, and what is so already not at all', () => {
  const ana = copy(1);
  write(ana, paragraph('a'), { ...paragraph('b'), type: 'heading', level: 2, quote: 0 });
  const key = keyAt(ana, 1);
  ana.model.setBlocks([key], { type: 'paragraph', quote: 0, list: null }, ME);
  let updates = 0;
  ana.doc.on('update', () => (updates += 1));
  ana.model.setBlocks([key], { type: 'paragraph', level: 2, indent: 0 }, ME);
  expect(updates).toBe(0);
  const [, marker] = ana.doc.getText('body').toDelta();
  expect(marker.insert.toJSON()).toEqual({ level: 2 });
});

it('[D6] a rule that comes to have text is a paragraph until the text is gone', () => {
  const [ana, ben] = twoCopies('one', '');
  const key = keyAt(ana, 1);
  ana.model.setBlocks([key], { type: 'rule' }, ME);
  ben.model.insertText({ block: key, offset: 0 }, 'words', {}, ME);
  exchange(ana, ben);
  expect(ana.model.blocks[1]).toMatchObject({ type: 'paragraph' });
  expect(lines(ana)).toEqual(['one', 'words']);
  ana.model.deleteRange({ from: { block: key, offset: 0 }, to: { block: key, offset: 5 } }, ME);
  expect(ana.model.blocks[1]).toMatchObject({ type: 'rule' });
});

it('[D15] marks, breaks and formulas are read, and newlines belong to code', () => {
  const ana = copy(1);
  const marks = { bold: true, link: { href: 'https://example.org' } } as const;
  write(
    ana,
    {
      inlines: [
        { kind: 'text', text: 'a\nb', marks },
        { kind: 'math', tex: 'x^2' },
      ],
    },
    { type: 'code', inlines: [{ kind: 'text', text: 'a\nb' }] },
  );
  const [first, code] = readChapter(ana.doc).blocks;
  expect(first?.inlines).toEqual([
    { kind: 'text', text: 'a', marks },
    { kind: 'break', marks },
    { kind: 'text', text: 'b', marks },
    { kind: 'math', tex: 'x^2', marks: {} },
  ]);
  expect(code?.inlines).toEqual([{ kind: 'text', text: 'a\nb', marks: {} }]);
});

it('[D15] text is inserted with exactly the marks given, whatever stands beside it', () => {
  const ana = copy(1);
  write(ana, { inlines: [{ kind: 'text', text: 'bold', marks: { bold: true } }] });
  ana.model.insertText({ block: 'head', offset: 2 }, 'x', {}, ME);
  ana.model.insertText({ block: 'head', offset: 5 }, 'y', { italic: true }, ME);
  expect(ana.model.blocks[0]?.inlines).toEqual([
    { kind: 'text', text: 'bo', marks: { bold: true } },
    { kind: 'text', text: 'x', marks: {} },
    { kind: 'text', text: 'ld', marks: { bold: true } },
    { kind: 'text', text: 'y', marks: { italic: true } },
  ]);
});

it('words are counted in captions and cells but not in code, and the outline lists headings', () => {
  const ana = copy(1);
  write(
    ana,
    { ...paragraph('Sea  state'), type: 'heading', level: 2 },
    { ...table(['three more words', '']), inlines: [{ kind: 'text', text: 'a caption' }] },
    { ...paragraph('not counted'), type: 'code' },
    { ...paragraph(''), type: 'heading' },
  );
  const chapter = readChapter(ana.doc);
  expect(countWords(chapter)).toBe(7);
  expect(outline(chapter)).toEqual([{ key: 'head', level: 2, text: 'Sea state' }]);
});
