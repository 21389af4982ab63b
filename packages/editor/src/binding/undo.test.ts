// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { createChapterEditor } from '../create-chapter-editor.ts';
import { testLabels } from '../testing/labels.ts';
import type { ChapterEditor } from '../types.ts';

let editor: ChapterEditor;
let text: HTMLElement;

beforeEach(() => {
  // However slow the machine: everything happens at once.
  vi.useFakeTimers({ toFake: ['Date'] });
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  const element = document.createElement('div');
  document.body.append(element);
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'one');
  editor = createChapterEditor({
    element,
    doc,
    awareness: null,
    isEditable: true,
    labels: testLabels,
    uploadImage: null,
    onState: () => {},
    loadMath: () => Promise.resolve(() => {}),
  });
  text = element.querySelector<HTMLElement>('.plenary-editor')!;
  editor.focus('end');
});

afterEach(() => {
  editor.destroy();
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** Types as a browser does: the page changes, which the editor then reads. */
async function type(words: string): Promise<void> {
  for (const letter of words) {
    const node = text.firstElementChild!.firstChild as globalThis.Text;
    node.data += letter;
    getSelection()!.collapse(node, node.data.length);
    await Promise.resolve();
  }
}

function paste(html: string): void {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  const clipboardData = { types: ['text/html'], files: [], getData: () => html };
  text.dispatchEvent(Object.assign(event, { clipboardData }));
}

function shown(): string {
  const block = text.firstElementChild!;
  return `${block.localName} ${block.textContent}`;
}

describe('undo', () => {
  it('takes back what was typed without a pause at once', async () => {
    await type(' two');
    expect(shown()).toBe('p one two');
    editor.commands.undo();
    expect(shown()).toBe('p one');
    expect(editor.commands.undo()).toBe(false);
  });

  it('takes back a heading, a mark and a paste each on its own, however soon they follow', async () => {
    await type(' two');
    editor.commands.setBlockType('heading', 1);
    editor.commands.setBlockType('heading', 2);
    paste('<p>!three</p>');
    await type(' four');
    const states = [shown()];
    while (editor.commands.undo()) states.push(shown());
    expect(states).toEqual([
      'h2 one two!three four',
      'h2 one two!three',
      'h2 one two',
      'h1 one two',
      'p one two',
      'p one',
    ]);
    while (editor.commands.redo());
    expect(shown()).toBe('h2 one two!three four');
  });

  it('takes back a moved block on its own', async () => {
    paste('<p>a</p><p>b</p>');
    await type(' two');
    const lines = () => Array.from(text.children, (block) => block.textContent);
    const before = lines();
    editor.commands.moveBlocksDown();
    expect(lines()).toEqual(before.toReversed());
    editor.commands.undo();
    expect(lines()).toEqual(before);
    editor.commands.undo();
    expect(lines().join('')).not.toContain('two');
  });
});
