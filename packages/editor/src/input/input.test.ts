// @vitest-environment jsdom
import { type Command, EditorState, TextSelection } from '@tiptap/pm/state';
import { EditorView } from '@tiptap/pm/view';
import type { Node } from '@tiptap/pm/model';
import { describe, expect, it } from 'vitest';
import {
  indentListItems,
  outdentBlocks,
  setBlockType,
  toggleList,
  toggleQuote,
} from '../commands/blocks.ts';
import { deleteSelected, partsTable } from '../commands/delete-selection.ts';
import { insertTable } from '../commands/insert.ts';
import { backspaceAtStart, deleteAtEnd } from '../commands/join.ts';
import { linkHref, removeLink, setLink, toggleMark } from '../commands/marks.ts';
import { enter } from '../commands/split.ts';
import { block, doc, h, item, link, marked, math, p, table } from '../testing/build.ts';
import { fenceOnEnter, markdownRules } from './markdown-rules.ts';

/** Types into an empty paragraph, character by character, as the view hands text input to plugins. */
function typed(text: string): string {
  const view = new EditorView(null, {
    state: EditorState.create({ doc: doc(p()), plugins: [markdownRules()] }),
  });
  for (const char of text) {
    const { from, to } = view.state.selection;
    const deflt = () => view.state.tr.insertText(char, from, to);
    const isHandled = view.someProp('handleTextInput', (f) => f(view, from, to, char, deflt));
    if (isHandled !== true) view.dispatch(deflt());
  }
  const result = view.state.doc.toString();
  view.destroy();
  return result;
}

/** Runs a command with the caret (or selection) where `<` and `>` stand... given by positions. */
function after(start: Node, at: number | [number, number], command: Command): Node {
  const [from, to] = typeof at === 'number' ? [at, at] : at;
  let state = EditorState.create({ doc: start, selection: TextSelection.create(start, from, to) });
  command(state, (tr) => {
    state = state.apply(tr);
  });
  return state.doc;
}

describe('Markdown as it is typed', () => {
  it.each([
    ['# a', 'doc(heading("a"))'],
    ['- a', 'doc(paragraph("a"))'],
    ['``` a', 'doc(code_block("a"))'],
    ['$$ x', 'doc(equation("x"))'],
    ['a **b** c', 'doc(paragraph("a ", bold("b"), " c"))'],
    ['a *b* c', 'doc(paragraph("a ", italic("b"), " c"))'],
    ['a _b_ c', 'doc(paragraph("a ", italic("b"), " c"))'],
    ['~~a~~ b', 'doc(paragraph(strike("a"), " b"))'],
    ['`a` b', 'doc(paragraph(code("a"), " b"))'],
    ['is $x^2$ ok', 'doc(paragraph("is ", math, " ok"))'],
    ['---a', 'doc(rule, paragraph("a"))'],
  ])('%j becomes what it means', (text, result) => {
    expect(typed(text)).toBe(result);
  });

  it.each(['snake_case_name', 'it costs $5 and $6', '2 * 3 * 4', '#a', '1.a', 'a - b'])(
    '%j stays as it is',
    (text) => {
      expect(typed(text)).toBe(`doc(paragraph(${JSON.stringify(text)}))`);
    },
  );
});

describe('Enter', () => {
  it.each([
    ['```', 'doc(code_block)'],
    ['```python', 'doc(code_block)'],
    ['$$', 'doc(equation)'],
  ])('after %j alone does what a space does', (text, result) => {
    expect(after(doc(p(text)), text.length + 1, fenceOnEnter).toString()).toBe(result);
  });

  it('keeps the language after three backticks', () => {
    const code = after(doc(p('```python')), 10, fenceOnEnter);
    expect(code.firstChild!.attrs).toMatchObject({ lang: 'python' });
  });

  it.each(['a ```', '``` a', '$$ x', '$', ''])('after %j is no fence', (text) => {
    expect(after(doc(p(text)), text.length + 1, fenceOnEnter).eq(doc(p(text)))).toBe(true);
  });

  it('splits an item into two items of its level', () => {
    expect(after(doc(item('bullet', 1, 'ab')), 2, enter).toJSON()).toEqual(
      doc(item('bullet', 1, 'a'), item('bullet', 1, 'b')).toJSON(),
    );
  });

  it('goes on with a paragraph after a heading', () => {
    expect(after(doc(h(2, 'a')), 2, enter).toString()).toBe('doc(heading("a"), paragraph)');
  });

  it('at the start of a text puts an empty block before it', () => {
    expect(after(doc(h(2, 'a')), 1, enter).toString()).toBe('doc(paragraph, heading("a"))');
  });

  it('in an empty item goes out level by level, then out of the list', () => {
    const once = after(doc(item('ordered', 1)), 1, enter);
    expect(once.firstChild!.attrs).toMatchObject({ list: 'ordered', indent: 0 });
    const twice = after(once, 1, enter);
    expect(twice.firstChild!.attrs).toMatchObject({ list: null, indent: 0 });
  });

  it('in code starts a line, and leaves it after two empty ones', () => {
    const code = (text: string): Node => block('code_block', {}, text);
    expect(after(doc(code('a')), 2, enter).toString()).toBe('doc(code_block("a\\n"))');
    expect(after(doc(code('a\n\n')), 4, enter).toString()).toBe('doc(code_block("a"), paragraph)');
  });

  it('after a caption or an equation starts a paragraph', () => {
    expect(after(doc(block('equation', {}, 'x')), 1, enter).toString()).toBe(
      'doc(equation("x"), paragraph)',
    );
  });
});

describe('Backspace at the start of a block', () => {
  it('makes it simpler step by step before it joins', () => {
    const list = after(doc(p('a'), item('bullet', 0, 'b')), 4, backspaceAtStart);
    expect(list.child(1).attrs).toMatchObject({ list: null });
    const heading = after(doc(p('a'), h(1, 'b')), 4, backspaceAtStart);
    expect(heading.toString()).toBe('doc(paragraph("a"), paragraph("b"))');
    expect(after(heading, 4, backspaceAtStart).toString()).toBe('doc(paragraph("ab"))');
  });

  it('deletes an empty paragraph before, and keeps a heading a heading', () => {
    expect(after(doc(p(), h(1, 'b')), 3, backspaceAtStart).toString()).toBe('doc(heading("b"))');
  });

  it('deletes a rule, and only selects a table', () => {
    expect(after(doc(p('a'), block('rule', {}), p('b')), 6, backspaceAtStart).toString()).toBe(
      'doc(paragraph("a"), paragraph("b"))',
    );
    const withTable = doc(table('T', [['a']]), p('b'));
    const start = withTable.child(0).nodeSize + 1;
    expect(after(withTable, start, backspaceAtStart).eq(withTable)).toBe(true);
  });

  it('does nothing at the start of a chapter', () => {
    expect(after(doc(p('a')), 1, backspaceAtStart).toString()).toBe('doc(paragraph("a"))');
  });
});

describe('Delete at the end of a block', () => {
  it('joins the next one', () => {
    expect(after(doc(p('a'), h(1, 'b')), 2, deleteAtEnd).toString()).toBe('doc(paragraph("ab"))');
  });

  it('in an empty paragraph takes the paragraph away', () => {
    expect(after(doc(p(), h(1, 'b')), 1, deleteAtEnd).toString()).toBe('doc(heading("b"))');
  });
});

describe('commands', () => {
  it('indent list items only, and no deeper than the deepest level', () => {
    expect(after(doc(p('a')), 1, indentListItems).firstChild!.attrs['indent']).toBe(0);
    expect(after(doc(item('bullet', 0, 'a')), 1, indentListItems).firstChild!.attrs['indent']).toBe(
      1,
    );
    expect(after(doc(item('bullet', 8, 'a')), 1, indentListItems).firstChild!.attrs['indent']).toBe(
      8,
    );
    expect(after(doc(item('bullet', 1, 'a')), 1, outdentBlocks).firstChild!.attrs['indent']).toBe(
      0,
    );
  });

  it('turn lists and quotations on for all selected blocks, and off again', () => {
    const start = doc(p('a'), item('bullet', 0, 'b'));
    const on = after(start, [1, 5], toggleList('bullet'));
    expect(on.children.map(({ attrs }) => attrs['list'])).toEqual(['bullet', 'bullet']);
    const off = after(on, [1, 5], toggleList('bullet'));
    expect(off.children.map(({ attrs }) => attrs['list'])).toEqual([null, null]);
    const quoted = after(start, [1, 5], toggleQuote);
    expect(quoted.children.map(({ attrs }) => attrs['quote'])).toEqual([1, 1]);
  });

  it('change the type of text blocks and leave tables alone', () => {
    const start = doc(p('a'), table('T', [['b']]), p('c'));
    const changed = after(
      start,
      [1, start.content.size - 1],
      setBlockType('heading', { level: 2 }),
    );
    expect(changed.children.map(({ type }) => type.name)).toEqual(['heading', 'table', 'heading']);
  });

  it('set marks outside of code only, superscript or subscript', () => {
    const start = doc(p(marked('a', 'superscript')));
    expect(after(start, [1, 2], toggleMark('subscript')).toString()).toBe(
      'doc(paragraph(subscript("a")))',
    );
    const code = doc(block('code_block', {}, 'a'));
    expect(after(code, [1, 2], toggleMark('bold')).eq(code)).toBe(true);
  });

  it('set, change and take away a link from inside it', () => {
    const start = doc(p('a ', marked('link', link('https://old.example')), ' b'));
    const state = EditorState.create({ doc: start, selection: TextSelection.create(start, 5) });
    expect(linkHref(state)).toBe('https://old.example');
    expect(after(start, 5, setLink('new.example')).child(0).child(1).marks[0]!.attrs['href']).toBe(
      'https://new.example',
    );
    expect(after(start, 5, removeLink).toString()).toBe('doc(paragraph("a link b"))');
    expect(after(start, 5, setLink('javascript:alert(1)')).eq(start)).toBe(true);
  });

  it('insert a table after a text and in the place of an empty one, never in a cell', () => {
    expect(after(doc(p('a')), 1, insertTable({ rows: 1, columns: 1 })).children).toHaveLength(3);
    const inserted = after(doc(p(), p('b')), 1, insertTable({ rows: 2, columns: 2 }));
    expect(inserted.children.map(({ type }) => type.name)).toEqual(['table', 'paragraph']);
    const inCell = after(inserted, 7, insertTable({ rows: 1, columns: 1 }));
    expect(inCell.eq(inserted)).toBe(true);
    expect(after(doc(p()), 1, insertTable({ rows: 51, columns: 1 })).eq(doc(p()))).toBe(true);
  });

  it('take a table whole when a selection reaches into it', () => {
    const start = doc(p('abc'), table('T', [['x', 'y']]), p('d'));
    let cell = 0;
    start.descendants((node, pos) => {
      if (node.text === 'x') cell = pos;
    });
    const selection = TextSelection.create(start, 2, cell + 1);
    expect(partsTable(selection)).toBe(true);
    const state = EditorState.create({ doc: start, selection });
    expect(deleteSelected(state.tr).doc.toString()).toBe('doc(paragraph("a"), paragraph("d"))');
    expect(partsTable(TextSelection.create(start, cell, cell + 1))).toBe(false);
  });

  it('delete formulas like characters', () => {
    const start = doc(p('a', math('x')));
    expect(
      after(start, [2, 3], (state, run) => (run?.(deleteSelected(state.tr)), true)).toString(),
    ).toBe('doc(paragraph("a"))');
  });
});
