import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { ChapterModel, plainText, readChapter, validate } from './index.ts';
import { Random } from './fuzz/random.ts';
import { ME, copy, lines, paragraph, write } from './testing.ts';

it('[D16] unknown blocks and inlines are shown as such, kept, and edited around', () => {
  const ana = copy(1);
  write(ana, paragraph('before'));
  const body = ana.doc.getText('body');
  body.insertEmbed(
    6,
    new Y.Map<unknown>([
      ['inline', 'citation'],
      ['of', 'Smith 2025'],
    ]),
  );
  body.insertEmbed(
    7,
    new Y.Map<unknown>([
      ['type', 'footnote'],
      ['note', 'see below'],
    ]),
  );
  body.insert(8, 'its text');
  body.insertEmbed(body.length, { image: 'quill.png' });
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText('from another editor')]);
  body.insertEmbed(body.length, element);
  const chapter = readChapter(ana.doc);
  expect(validate(chapter)).toMatchObject([
    { kind: 'unknown-inline', description: expect.stringContaining('Smith 2025') },
    { kind: 'unknown-block', description: expect.stringContaining('see below') },
    { kind: 'unknown-inline', description: expect.stringContaining('quill.png') },
    { kind: 'unknown-inline', description: expect.stringContaining('from another editor') },
  ]);
  const key = chapter.blocks[1]?.key ?? '';
  ana.model.insertText({ block: key, offset: 3 }, ' own', {}, ME);
  ana.model.splitBlock({ block: key, offset: 7 }, {}, ME);
  ana.model.moveBlocks([key], 'head', ME);
  expect(ana.model.blocks).toEqual(readChapter(ana.doc).blocks);
  expect(lines(ana)[0]).toContain('its own');
  expect(plainText(readChapter(ana.doc))).toContain('from another editor');
});

it('[D16] attributes of the wrong type count as absent', () => {
  const doc = new Y.Doc();
  const body = doc.getText('body');
  const wrong = {
    type: 'heading',
    level: 'two',
    list: 7,
    indent: -3,
    quote: 1e9,
    slot: {},
    join: 1,
  };
  body.insertEmbed(0, new Y.Map<unknown>(Object.entries(wrong)));
  body.insert(1, 'text', { bold: 'yes', link: { href: 7 }, colour: 'red' });
  body.insertEmbed(
    5,
    new Y.Map<unknown>([
      ['type', 'table'],
      ['rows', 'none'],
    ]),
  );
  body.insertEmbed(
    6,
    new Y.Map<unknown>([
      ['type', 12],
      ['src', ['x']],
    ]),
  );
  body.insertEmbed(
    7,
    new Y.Map<unknown>([
      ['type', 'image'],
      ['src', null],
      ['width', Number.NaN],
    ]),
  );
  const [head, heading, table, other, image] = readChapter(doc).blocks;
  expect(head).toMatchObject({ type: 'paragraph', inlines: [] });
  expect(heading).toMatchObject({ type: 'heading', level: 1, list: null, indent: 0, quote: 8 });
  expect(heading?.inlines).toEqual([{ kind: 'text', text: 'text', marks: {} }]);
  expect([table?.type, other?.type]).toEqual(['unknown', 'unknown']);
  expect(image).toMatchObject({ type: 'image', src: '', alt: '', width: null });
});

it('[D16] elements 10,000 levels deep are read without hanging', () => {
  const doc = new Y.Doc();
  const body = doc.getText('body');
  let inner: Y.XmlElement = new Y.XmlElement('level');
  body.insertEmbed(0, inner);
  doc.transact(() => {
    for (let depth = 0; depth < 10_000; depth += 1) {
      const next = new Y.XmlElement('level');
      inner.insert(0, [next]);
      inner = next;
    }
    inner.insert(0, [new Y.XmlText('deep')]);
  });
  body.insert(1, 'after');
  const restored = new Y.Doc();
  Y.applyUpdate(restored, Y.encodeStateAsUpdate(doc));
  const model = new ChapterModel(restored);
  model.insertText({ block: 'head', offset: 6 }, '!', {}, ME);
  expect(plainText(readChapter(restored))).toMatch(/^<level> .*after!$/);
  expect(plainText(readChapter(restored)).length).toBeLessThanOrEqual(2_006);
});

it('[D16] a body that another client used as a list or as elements is shown and stays whole', () => {
  const other = new Y.Doc();
  other.getArray('body').insert(0, ['a', { b: 'c' }, 3, true]);
  const elements = new Y.Doc();
  elements.getXmlFragment('body').insert(0, [new Y.XmlElement('p')]);
  const doc = new Y.Doc();
  for (const one of [other, elements]) Y.applyUpdate(doc, Y.encodeStateAsUpdate(one));
  const model = new ChapterModel(doc);
  model.insertText({ block: 'head', offset: 0 }, 'text ', {}, ME);
  model.deleteRange({ from: { block: 'head', offset: 0 }, to: { block: 'head', offset: 7 } }, ME);
  expect(model.blocks).toEqual(readChapter(doc).blocks);
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  expect(other.getArray('body').toArray().slice(-4)).toEqual(['a', { b: 'c' }, 3, true]);
});

it('[D16] a table inside a cell is unknown, whatever its depth', () => {
  const ana = copy(1);
  let cells = [paragraph('innermost')];
  for (let depth = 0; depth < 30; depth += 1)
    cells = [{}, { table: { rows: [{ cells: [cells] }] } }];
  write(ana, paragraph('x'), ...cells);
  const [, , table] = readChapter(ana.doc).blocks;
  if (table?.type !== 'table') throw new TypeError('there is no table');
  expect(table.grid.cells[0]?.[0]?.blocks[1]).toMatchObject({ type: 'unknown' });
});

it('[D16] random shared types in the body are read, edited around, and kept', () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = new Random(seed);
    const doc = new Y.Doc();
    const body = doc.getText('body');
    for (let at = 0; at < 12; at += 1) insertAnything(random, body);
    const model = new ChapterModel(doc);
    for (let at = 0; at < 6; at += 1) {
      const block = random.pick(model.blocks);
      model.insertText({ block: block.key, offset: random.below(5) }, 'w', {}, ME);
      model.moveBlocks([block.key], random.pick(model.blocks).key, ME);
      model.splitBlock({ block: block.key, offset: random.below(5) }, { quote: 1 }, ME);
      model.joinBackward(random.pick(model.blocks).key, ME);
      expect(model.blocks, `seed ${seed}`).toEqual(readChapter(doc).blocks);
    }
  }
});

function insertAnything(random: Random, body: Y.Text): void {
  const at = random.below(body.length + 1);
  const value = (): unknown =>
    random.pick<unknown>([
      true,
      false,
      null,
      0,
      -1,
      1e308,
      '',
      's',
      'slot',
      'table',
      [1],
      { a: 1 },
    ]);
  const names = ['type', 'inline', 'id', 'slot', 'here', 'join', 'gone', 'rows', 'cells', 'level'];
  switch (random.below(6)) {
    case 0:
      body.insert(at, 'text\n', { bold: value(), [random.pick(names)]: value() });
      return;
    case 1:
      body.insertEmbed(at, new Y.Array<unknown>());
      return;
    case 2:
      body.insertEmbed(at, new Y.XmlElement('x'));
      return;
    case 3:
      body.setAttribute(random.pick(names), value() ?? '');
      return;
    case 4:
      body.insertEmbed(at, { any: value() });
      return;
    default: {
      const keys = Array.from({ length: 3 }, () => random.pick(names));
      const entries = keys.map((name) => [name, name === 'rows' ? new Y.Map() : value()] as const);
      body.insertEmbed(at, new Y.Map<unknown>(entries));
    }
  }
}
