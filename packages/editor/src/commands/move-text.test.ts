import { TextSelection } from '@tiptap/pm/state';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { HeadlessEditor } from '../testing/headless-editor.ts';
import { insertTable } from './insert.ts';
import { moveText } from './move-text.ts';
import { enter } from './split.ts';

function pair(...lines: readonly string[]): [HeadlessEditor, HeadlessEditor] {
  const a = new Y.Doc();
  const b = new Y.Doc();
  a.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(b, update, 'peer'));
  b.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(a, update, 'peer'));
  const editors: [HeadlessEditor, HeadlessEditor] = [new HeadlessEditor(a), new HeadlessEditor(b)];
  for (const [index, line] of lines.entries()) {
    if (index > 0) enter(editors[0].state, (tr) => editors[0].dispatch(tr));
    editors[0].dispatch(editors[0].state.tr.insertText(line));
  }
  return editors;
}

function select(editor: HeadlessEditor, from: number, to: number): void {
  editor.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, from, to)));
}

function move(editor: HeadlessEditor, position: number): boolean {
  return moveText(position)(editor.state, (tr) => editor.dispatch(tr));
}

function lines({ state }: HeadlessEditor): string[] {
  return state.doc.children.map((node) => node.textContent);
}

function selected({ state: { doc, selection } }: HeadlessEditor): string {
  return doc.textBetween(selection.from, selection.to, '|');
}

describe('moving selected text', () => {
  it('moves it forwards and backwards, and leaves it selected', () => {
    const [a, b] = pair('one two', 'three');
    select(a, 1, 5);
    expect(move(a, 15)).toBe(true);
    expect(lines(a)).toEqual(['two', 'threeone ']);
    expect(selected(a)).toBe('one ');
    expect(move(a, 1)).toBe(true);
    expect(lines(a)).toEqual(['one two', 'three']);
    expect(lines(b)).toEqual(lines(a));
  });

  it('takes along what others typed in it while it was dragged', () => {
    const [a, b] = pair('one two', 'three');
    select(a, 1, 8);
    b.dispatch(b.state.tr.insertText(' and', 4));
    move(a, a.state.doc.content.size - 1);
    expect(lines(a)).toEqual(['', 'threeone and two']);
    expect(lines(b)).toEqual(lines(a));
  });

  it('moves parts of several blocks', () => {
    const [a, b] = pair('one two', 'three four', 'end');
    select(a, 5, 15);
    move(a, a.state.doc.content.size - 1);
    expect(lines(a)).toEqual(['one  four', 'endtwo', 'three']);
    expect(lines(b)).toEqual(lines(a));
    expect(a.mismatches).toEqual([]);
  });

  it('does not move what begins outside of a table and ends in it', () => {
    const [a] = pair('one two');
    insertTable({ rows: 1, columns: 1 })(a.state, (tr) => a.dispatch(tr));
    a.dispatch(a.state.tr.insertText('cell'));
    const before = a.state.doc;
    select(a, 2, a.state.selection.head);
    expect(move(a, 1)).toBe(false);
    expect(a.state.doc).toBe(before);
  });

  it('does nothing inside of itself, or with nothing selected', () => {
    const [a] = pair('one two');
    select(a, 1, 5);
    expect(move(a, 3)).toBe(false);
    select(a, 2, 2);
    expect(move(a, 5)).toBe(false);
    expect(lines(a)).toEqual(['one two']);
  });
});
