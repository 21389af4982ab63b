import { TextSelection } from '@tiptap/pm/state';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { setBlockType } from '../commands/blocks.ts';
import { insertTable } from '../commands/insert.ts';
import { enter } from '../commands/split.ts';
import { HeadlessEditor } from '../testing/headless-editor.ts';

/** Two editors whose documents exchange every update at once; the first one is composing. */
function composing(text: string, caret: number): [HeadlessEditor, HeadlessEditor] {
  const a = new Y.Doc();
  const b = new Y.Doc();
  a.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(b, update, 'peer'));
  b.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(a, update, 'peer'));
  const editors: [HeadlessEditor, HeadlessEditor] = [new HeadlessEditor(a), new HeadlessEditor(b)];
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) split(editors[0]);
    if (line !== '') editors[0].dispatch(editors[0].state.tr.insertText(line));
  }
  place(editors[0], caret);
  editors[0].composing = true;
  return editors;
}

function place(editor: HeadlessEditor, from: number, to = from): void {
  editor.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, from, to)));
}

function split(editor: HeadlessEditor): void {
  enter(editor.state, (tr) => editor.dispatch(tr));
}

/** What an input method does: the letters so far are replaced by others. */
function compose(editor: HeadlessEditor, before: string, now: string): void {
  const { head } = editor.state.selection;
  editor.dispatch(editor.state.tr.insertText(now, head - before.length, head));
}

function end(editor: HeadlessEditor): void {
  editor.composing = false;
  editor.binding.release();
}

function lines({ state }: HeadlessEditor): string[] {
  return state.doc.children.map((node) => node.textContent);
}

function caretText({ state }: HeadlessEditor): string {
  const { $head } = state.selection;
  return `${$head.parent.textContent.slice(0, $head.parentOffset)}|`;
}

describe('text that is being composed', () => {
  it('stays as it is while another splits its block, and is typed once, before the split', () => {
    const [a, b] = composing('one two', 5);
    compose(a, '', 'k');
    place(b, 6);
    split(b);
    const composed = a.state.doc.firstChild;
    expect(composed?.textContent).toBe('one ktwo');
    compose(a, 'k', 'か');
    compose(a, 'か', '日本');
    expect(lines(a)).toEqual(['one 日本two']);
    end(a);
    expect(lines(a)).toEqual(['one 日本', 'two']);
    expect(lines(b)).toEqual(lines(a));
    expect(caretText(a)).toBe('one 日本|');
    expect([a.mismatches, b.mismatches]).toEqual([[], []]);
  });

  it('keeps what another types in the same block meanwhile, also between the composed letters', () => {
    const [a, b] = composing('one two', 5);
    compose(a, '', 'にほ');
    b.dispatch(b.state.tr.insertText('B', 6));
    b.dispatch(b.state.tr.insertText('START ', 1));
    const before = a.state.doc.firstChild;
    expect(before?.textContent).toBe('one にほtwo');
    compose(a, 'にほ', '日本');
    end(a);
    expect(a.state.doc.textContent).toMatch(/^START one (日本B|B日本)two$/u);
    expect(lines(b)).toEqual(lines(a));
  });

  it('does not hold what others do in other blocks', () => {
    const [a, b] = composing('one\ntwo\nthree', 8);
    compose(a, '', 'k');
    const composed = a.state.doc.child(1);
    place(b, 2);
    split(b);
    b.dispatch(b.state.tr.insertText('!', b.state.doc.content.size - 1));
    expect(lines(a)).toEqual(['o', 'ne', 'twko', 'three!']);
    expect(a.state.doc.child(2)).toBe(composed);
    expect(a.binding.isHolding).toBe(false);
    compose(a, 'k', 'か');
    expect(lines(b)).toEqual(['o', 'ne', 'twかo', 'three!']);
  });

  it('goes to the block before when another deletes its block', () => {
    const [a, b] = composing('one\ntwo', 9);
    b.dispatch(b.state.tr.delete(5, 10));
    compose(a, '', '日本');
    expect(lines(a)).toEqual(['one', 'two日本']);
    end(a);
    expect(lines(a)).toEqual(['one日本']);
    expect(lines(b)).toEqual(lines(a));
  });

  it('takes over a type, an undo and a place in a table that others change meanwhile', () => {
    const [a, b] = composing('one', 4);
    a.composing = false;
    insertTable({ rows: 2, columns: 2 })(a.state, (tr) => a.dispatch(tr));
    a.composing = true;
    compose(a, '', 'k');
    const table = b.binding.model.blocks.find(({ type }) => type === 'table');
    b.binding.model.addLine(table!.key, 'row', null, b.binding.origin);
    place(b, 1);
    setBlockType('heading', { level: 1 })(b.state, (tr) => b.dispatch(tr));
    expect(a.binding.isHolding).toBe(true);
    compose(a, 'k', 'か');
    end(a);
    expect(a.state.doc.toString()).toBe(b.state.doc.toString());
    expect(a.state.doc.firstChild?.type.name).toBe('heading');
    expect(a.state.doc.textContent).toBe('oneか');
  });

  it('is all that can be changed until the composition ends', () => {
    const [a, b] = composing('one\ntwo', 4);
    place(b, 2);
    split(b);
    expect(a.binding.isHolding).toBe(true);
    split(a);
    a.dispatch(a.state.tr.insertText('elsewhere', 7));
    expect(lines(a)).toEqual(['one', 'two']);
    end(a);
    expect(lines(a)).toEqual(['o', 'ne', 'two']);
    split(a);
    expect(lines(b)).toHaveLength(4);
  });

  it('is written when the editor goes', () => {
    const [a, b] = composing('one two', 5);
    place(b, 2);
    split(b);
    compose(a, '', 'か');
    compose(a, 'か', 'かな');
    a.close();
    expect(lines(b)).toEqual(['o', 'ne かなtwo']);
  });

  it('is nobody’s when the chapter was frozen meanwhile', () => {
    const [a, b] = composing('one two', 5);
    place(b, 2);
    split(b);
    compose(a, '', 'か');
    a.binding.isEditable = false;
    end(a);
    expect(lines(a)).toEqual(['o', 'ne two']);
    expect(lines(b)).toEqual(lines(a));
  });

  it('tells others where its caret is in their terms', () => {
    const [a, b] = composing('one two', 5);
    place(b, 2);
    split(b);
    compose(a, '', 'か');
    const shared = a.binding.toShared(a.state, a.state.selection.head);
    expect(b.binding.toPosition(b.state, shared)).toBe(7);
    const other = b.binding.toShared(b.state, b.state.doc.content.size - 1);
    expect(a.binding.toPosition(a.state, other)).toBe(a.state.doc.content.size - 1);
  });
});
