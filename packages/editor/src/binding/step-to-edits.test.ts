import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { EditorState, type Transaction } from '@tiptap/pm/state';
import { describe, expect, it } from 'vitest';
import { chapterSchema } from '../schema/schema.ts';
import { block, doc, h, item, link, marked, math, p, table } from '../testing/build.ts';
import type { Edit, NewBlock } from './edits.ts';
import { editsOfStep } from './step-to-edits.ts';
import type { Token } from './tokens.ts';
import { unreachable } from '../schema/unreachable.ts';

const { nodes, marks } = chapterSchema;

/** What a transaction means, in short: nodes by their names, tokens by their text. */
function editsOf(start: Node, change: (tr: Transaction) => Transaction): unknown[] | null {
  const tr = change(EditorState.create({ doc: start }).tr);
  const edits: Edit[] = [];
  for (const [index, step] of tr.steps.entries()) {
    const stepEdits = editsOfStep(step, tr.docs[index]!, tr.docs[index + 1] ?? tr.doc);
    if (stepEdits === null) return null;
    edits.push(...stepEdits);
  }
  return edits.map(shorten);
}

function shorten(edit: Edit): unknown {
  const where = edit.flow.kind === 'body' ? {} : { cell: [edit.flow.row, edit.flow.column] };
  switch (edit.kind) {
    case 'insert-inlines': {
      return { kind: edit.kind, ...where, at: edit.at, inlines: textOf(edit.inlines) };
    }
    case 'insert-content': {
      const { at, blocks } = edit;
      return {
        kind: edit.kind,
        ...where,
        at,
        inlines: textOf(edit.inlines),
        blocks: blocks.map(blockText),
      };
    }
    case 'insert-blocks': {
      const { before, blocks } = edit;
      return { kind: edit.kind, ...where, before, blocks: blocks.map(blockText) };
    }
    case 'set-block': {
      const { type, attrs } = edit.node;
      return { kind: edit.kind, ...where, block: edit.block, type: type.name, attrs };
    }
    case 'format': {
      const { flow: _flow, mark, ...rest } = edit;
      return { ...rest, ...where, mark: mark.type.name };
    }
    case 'delete-text':
    case 'delete-blocks':
    case 'delete-across': {
      const { flow: _flow, ...rest } = edit;
      return { ...rest, ...where };
    }
    default: {
      return unreachable(edit);
    }
  }
}

function blockText({ node, inlines }: NewBlock): string {
  return `${node.type.name}:${textOf(inlines)}`;
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.kind === 'text' ? token.text : `[${token.node.type.name}]`))
    .join('');
}

describe('text', () => {
  it('typing inserts what was typed', () => {
    expect(editsOf(doc(p('ab')), (tr) => tr.insertText('x', 2))).toEqual([
      { kind: 'insert-inlines', at: { block: 0, offset: 1 }, inlines: 'x' },
    ]);
  });

  it('deleting deletes what was deleted', () => {
    expect(editsOf(doc(p('a'), p('bcd')), (tr) => tr.delete(5, 7))).toEqual([
      { kind: 'delete-text', block: 1, from: 1, to: 3 },
    ]);
  });

  it('replacing inserts first and then deletes the old words whole', () => {
    expect(editsOf(doc(p('cat')), (tr) => tr.insertText('car', 1, 4))).toEqual([
      { kind: 'insert-inlines', at: { block: 0, offset: 0 }, inlines: 'car' },
      { kind: 'delete-text', block: 0, from: 3, to: 6 },
    ]);
  });

  it('replacing a word by itself and more inserts the rest only', () => {
    expect(editsOf(doc(p('word')), (tr) => tr.insertText('words', 1, 5))).toEqual([
      { kind: 'insert-inlines', at: { block: 0, offset: 4 }, inlines: 's' },
    ]);
  });

  it('never parts the halves of a character', () => {
    const edits = editsOf(doc(p('\u{1F600}')), (tr) => tr.insertText('\u{1F601}', 1, 3));
    expect(edits).toEqual([
      { kind: 'insert-inlines', at: { block: 0, offset: 0 }, inlines: '\u{1F601}' },
      { kind: 'delete-text', block: 0, from: 2, to: 4 },
    ]);
  });

  it('counts formulas as one, and changes them in place', () => {
    const start = doc(p('a', math('x'), 'b'));
    expect(editsOf(start, (tr) => tr.insertText('!', 3))).toEqual([
      { kind: 'insert-inlines', at: { block: 0, offset: 2 }, inlines: '!' },
    ]);
    expect(editsOf(start, (tr) => tr.setNodeAttribute(2, 'tex', 'y'))).toEqual([
      { kind: 'insert-inlines', at: { block: 0, offset: 1 }, inlines: '[math]' },
      { kind: 'delete-text', block: 0, from: 2, to: 3 },
    ]);
  });
});

describe('structure', () => {
  it('a split inserts a block that takes what follows', () => {
    expect(editsOf(doc(p('ab')), (tr) => tr.split(2))).toEqual([
      { kind: 'insert-content', at: { block: 0, offset: 1 }, inlines: '', blocks: ['paragraph:'] },
    ]);
  });

  it('a split at the end inserts an empty block after', () => {
    expect(editsOf(doc(p('ab'), p('c')), (tr) => tr.split(3))).toEqual([
      { kind: 'insert-blocks', before: 1, blocks: ['paragraph:'] },
    ]);
  });

  it('a join deletes from the end of one to the start of the next', () => {
    expect(editsOf(doc(p('ab'), h(1, 'cd')), (tr) => tr.join(4))).toEqual([
      { kind: 'delete-across', from: { block: 0, offset: 2 }, to: { block: 1, offset: 0 } },
    ]);
  });

  it('a deletion over borders joins what is left', () => {
    expect(editsOf(doc(p('abc'), p('d'), p('efg')), (tr) => tr.delete(2, 10))).toEqual([
      { kind: 'delete-across', from: { block: 0, offset: 1 }, to: { block: 2, offset: 1 } },
    ]);
  });

  it('a deletion of whole blocks deletes blocks', () => {
    expect(editsOf(doc(p('a'), p('b'), p('c')), (tr) => tr.delete(3, 6))).toEqual([
      { kind: 'delete-blocks', from: 1, to: 2 },
    ]);
  });

  it('a change of type or place sets the block, whatever step does it', () => {
    const start = doc(p('ab'));
    const place = { list: 'bullet', indent: 1, quote: 0 };
    expect(editsOf(start, (tr) => tr.setNodeMarkup(0, nodes['heading'], { level: 2 }))).toEqual([
      {
        kind: 'set-block',
        block: 0,
        type: 'heading',
        attrs: { list: null, indent: 0, quote: 0, level: 2 },
      },
    ]);
    expect(editsOf(start, (tr) => tr.setNodeMarkup(0, null, place))).toEqual([
      { kind: 'set-block', block: 0, type: 'paragraph', attrs: place },
    ]);
    expect(editsOf(start, (tr) => tr.setNodeAttribute(0, 'quote', 1))).toMatchObject([
      { kind: 'set-block', block: 0, attrs: { quote: 1 } },
    ]);
  });

  it('a block put in the place of another sets it and replaces its words', () => {
    expect(editsOf(doc(p('ab')), (tr) => tr.replaceWith(0, 4, h(1, 'ab')))).toMatchObject([
      { kind: 'set-block', block: 0, type: 'heading' },
    ]);
  });

  it('a paste of blocks opens the first and the last into the text around', () => {
    const slice = doc(p('x'), item('bullet', 0, 'y')).slice(1, 5);
    const edits = editsOf(doc(p('ab')), (tr) => {
      return tr.setSelection(TextSelection.create(tr.doc, 2)).replaceSelection(slice);
    });
    expect(edits).toEqual([
      {
        kind: 'insert-content',
        at: { block: 0, offset: 1 },
        inlines: 'x',
        blocks: ['paragraph:y'],
      },
    ]);
  });

  it('emptying a chapter puts the new block in before the old ones go', () => {
    const edits = editsOf(doc(table('T', [['a']]), p('b')), (tr) =>
      tr.replaceWith(0, tr.doc.content.size, p('c')),
    );
    expect(edits).toEqual([
      { kind: 'insert-blocks', before: 0, blocks: ['paragraph:c'] },
      { kind: 'delete-blocks', from: 1, to: 3 },
    ]);
  });
});

describe('marks', () => {
  it('become formats, block by block', () => {
    const start = doc(p('abc'), p('def'));
    expect(editsOf(start, (tr) => tr.addMark(2, 8, marks['bold']!.create()))).toEqual([
      { kind: 'format', block: 0, from: 1, to: 3, mark: 'bold', isOn: true },
      { kind: 'format', block: 1, from: 0, to: 2, mark: 'bold', isOn: true },
    ]);
    const linked = doc(p(marked('abc', link('https://example.org'))));
    expect(editsOf(linked, (tr) => tr.removeMark(1, 3))).toEqual([
      { kind: 'format', block: 0, from: 0, to: 2, mark: 'link', isOn: false },
    ]);
  });
});

describe('tables', () => {
  const start = doc(
    p('x'),
    table('T', [
      ['a', 'b'],
      ['c', 'd'],
    ]),
    p('y'),
  );

  it('come and go whole', () => {
    const size = start.child(1).nodeSize;
    expect(editsOf(start, (tr) => tr.delete(3, 3 + size))).toEqual([
      { kind: 'delete-blocks', from: 1, to: 2 },
    ]);
    expect(editsOf(doc(p('x')), (tr) => tr.insert(3, start.child(1)))).toEqual([
      { kind: 'insert-blocks', before: 1, blocks: ['table:T'] },
    ]);
  });

  it('are edited in their caption and cell by cell', () => {
    expect(editsOf(start, (tr) => tr.insertText('!', 6))).toEqual([
      { kind: 'insert-inlines', at: { block: 1, offset: 1 }, inlines: '!' },
    ]);
    let inCell = 0;
    start.descendants((node, pos) => {
      if (node.text === 'd') inCell = pos;
    });
    expect(editsOf(start, (tr) => tr.insertText('!', inCell))).toEqual([
      { kind: 'insert-inlines', cell: [1, 1], at: { block: 0, offset: 0 }, inlines: '!' },
    ]);
    expect(editsOf(start, (tr) => tr.setNodeAttribute(3, 'indent', 1))).toMatchObject([
      { kind: 'set-block', block: 1, type: 'table', attrs: { indent: 1 } },
    ]);
  });

  it('are not cut through: such a step has no meaning', () => {
    let row = 0;
    start.descendants((node, pos) => {
      if (node.type.name === 'table_row') row = pos;
    });
    const size = start.nodeAt(row)!.nodeSize;
    expect(editsOf(start, (tr) => tr.delete(row, row + size))).toBeNull();
    expect(editsOf(doc(block('rule', {}), p('a')), (tr) => tr.delete(0, 2))).not.toBeNull();
  });
});
