import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { enter } from '../commands/split.ts';
import { backspaceAtStart } from '../commands/join.ts';
import { toggleList, setBlockType } from '../commands/blocks.ts';
import { insertTable } from '../commands/insert.ts';
import { toggleMark } from '../commands/marks.ts';
import { ChapterBinding, followKey } from './binding.ts';
import { HeadlessEditor } from '../testing/headless-editor.ts';

/** Two editors whose documents exchange every update at once. */
function pair(): [HeadlessEditor, HeadlessEditor] {
  const a = new Y.Doc();
  const b = new Y.Doc();
  a.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(b, update, 'peer'));
  b.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(a, update, 'peer'));
  return [new HeadlessEditor(a), new HeadlessEditor(b)];
}

function type(editor: HeadlessEditor, text: string): void {
  editor.dispatch(editor.state.tr.insertText(text));
}

function caret(editor: HeadlessEditor, from: number, to = from): void {
  editor.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, from, to)));
}

describe('the binding', () => {
  it('[D2] writes nothing by opening', () => {
    const doc = new Y.Doc();
    let updates = 0;
    doc.on('update', () => updates++);
    const editor = new HeadlessEditor(doc);
    expect(updates).toBe(0);
    expect(editor.state.doc.childCount).toBe(1);
  });

  it('shows typing, splitting and joining of one editor in the other', () => {
    const [a, b] = pair();
    type(a, 'one two');
    caret(a, 4);
    enter(a.state, (tr) => a.dispatch(tr));
    expect(b.state.doc.toString()).toBe('doc(paragraph("one"), paragraph(" two"))');
    caret(b, 6);
    backspaceAtStart(b.state, (tr) => b.dispatch(tr));
    expect(a.state.doc.toString()).toBe('doc(paragraph("one two"))');
  });

  it('keeps a caret where it is while others type, split and join around it', () => {
    const [a, b] = pair();
    type(a, 'one two three');
    caret(b, 8);
    caret(a, 1);
    type(a, 'zero ');
    caret(a, 10);
    enter(a.state, (tr) => a.dispatch(tr));
    type(b, '*');
    expect(a.state.doc.textContent).toBe('zero one two* three');
  });

  it('keeps the letters of two people apart who type at one place', () => {
    const [a, b] = pair();
    type(a, 'start ');
    caret(a, 7);
    caret(b, 7);
    for (let i = 0; i < 4; i += 1) {
      type(a, 'a');
      type(b, 'b');
    }
    expect(a.state.doc.textContent).toMatch(/^start (aaaabbbb|bbbbaaaa)$/);
    expect(b.state.doc.textContent).toBe(a.state.doc.textContent);
  });

  it('writes changes of type, lists and marks without touching the text', () => {
    const [a, b] = pair();
    type(a, 'some text');
    setBlockType('heading', { level: 2 })(a.state, (tr) => a.dispatch(tr));
    toggleList('bullet')(a.state, (tr) => a.dispatch(tr));
    caret(a, 1, 5);
    toggleMark('bold')(a.state, (tr) => a.dispatch(tr));
    expect(b.state.doc.toString()).toBe('doc(heading(bold("some"), " text"))');
    expect(b.state.doc.firstChild?.attrs).toMatchObject({ level: 2, list: 'bullet' });
  });

  it('inserts a table and types in its cells', () => {
    const [a, b] = pair();
    type(a, 'before');
    insertTable({ rows: 2, columns: 2 })(a.state, (tr) => a.dispatch(tr));
    type(a, 'cell');
    expect(b.state.doc.textContent).toBe('beforecell');
    expect(b.state.doc.child(1).type.name).toBe('table');
  });

  it('draws the page anew from the document where they differ, says so and writes nothing', () => {
    const doc = new Y.Doc();
    doc.getText('body').insert(0, 'kept');
    const told: string[] = [];
    const binding = new ChapterBinding(doc, true, { onMismatch: (what) => told.push(what) });
    const host = {
      state: EditorState.create({ doc: binding.initialDoc(), plugins: [binding.plugin] }),
      composing: false,
      dispatch(tr: Transaction) {
        host.state = host.state.apply(tr);
      },
    };
    binding.attach(host);
    // As a defect would: the page changes without the document.
    host.dispatch(host.state.tr.delete(1, 5).setMeta(followKey, { isStructural: false }));
    let writes = 0;
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    other.getText('body').insert(4, ' and more');
    const update = Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc));
    doc.on('update', () => writes++);
    Y.applyUpdate(doc, update);
    expect(host.state.doc.textContent).toBe('kept and more');
    expect(told).toHaveLength(1);
    expect(writes).toBe(1);
    binding.close();
  });

  it('applies nothing while the chapter is read-only, whoever asks', () => {
    const doc = new Y.Doc();
    const binding = new ChapterBinding(doc, false);
    const state = EditorState.create({ doc: binding.initialDoc(), plugins: [binding.plugin] });
    expect(state.applyTransaction(state.tr.insertText('x', 1)).transactions).toHaveLength(0);
    binding.close();
  });
});
