// @vitest-environment jsdom
import { ChapterModel } from '@plenary/report-model';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createChapterEditor } from '../create-chapter-editor.ts';
import { testLabels } from '../testing/labels.ts';
import type { ChapterEditor } from '../types.ts';

let doc: Y.Doc;
let model: ChapterModel;
let awareness: Awareness;
let editor: ChapterEditor;
let text: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  const element = document.createElement('div');
  document.body.append(element);
  doc = new Y.Doc();
  model = new ChapterModel(doc);
  const words = (text: string) => [{ inlines: [{ kind: 'text', text } as const] }];
  model.insertBlocks(
    null,
    [{ table: { rows: [{ cells: [words('one'), words('two'), []] }] } }],
    null,
  );
  awareness = new Awareness(doc);
  editor = createChapterEditor({
    element,
    doc,
    awareness,
    isEditable: true,
    labels: testLabels,
    uploadImage: null,
    onState: () => {},
    loadMath: () => Promise.resolve(() => {}),
  });
  text = element.querySelector<HTMLElement>('.plenary-editor')!;
  clickInCell(0);
  document.dispatchEvent(new Event('selectionchange'));
});

afterEach(() => {
  editor.destroy();
  awareness.destroy();
  model.close();
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** What a browser does for a click before it tells anybody: the focus and the caret move. */
function clickInCell(index: number): void {
  const words = text.querySelectorAll('td')[index]?.querySelector('p')?.firstChild ?? null;
  text.focus();
  getSelection()!.collapse(words, words?.textContent?.length ?? 0);
}

/** Pastes words: they go to where the editor has its caret. */
function paste(words: string): void {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  const clipboardData = { types: ['text/plain'], files: [], getData: () => words };
  text.dispatchEvent(Object.assign(event, { clipboardData }));
}

/** Keeps the browser's news of its selection back. */
function later(news: Event): void {
  news.stopImmediatePropagation();
}

function cells(): string[] {
  return Array.from(text.querySelectorAll('td'), (cell) => {
    const copy = cell.cloneNode(true) as Element;
    for (const caret of copy.querySelectorAll('.peer-caret')) caret.remove();
    return copy.textContent ?? '';
  });
}

/** Somebody else types in a cell. */
function another(cell: number, words: string): void {
  const table = model.blocks.find((block) => block.type === 'table');
  const key = table?.type === 'table' ? table.grid.cells[0]?.[cell]?.blocks[0]?.key : undefined;
  model.insertText({ block: key ?? '', offset: 0 }, words, {}, 'peer');
}

describe('a caret that a click has just moved', () => {
  it('stays there when another types before the browser tells of it', () => {
    clickInCell(1);
    another(2, 'three');
    paste('!');
    expect(cells()).toEqual(['one', 'two!', 'three']);
  });

  it('stays there when another adds a row and a column before the browser tells of it', () => {
    clickInCell(1);
    const { key } = model.blocks.find(({ type }) => type === 'table')!;
    model.addLine(key, 'row', null, 'peer');
    model.addLine(key, 'column', null, 'peer');
    paste('!');
    expect(cells().filter((words) => words !== '')).toEqual(['one', 'two!']);
  });

  it('stays there when the caret of another is drawn before the browser tells of it', () => {
    vi.advanceTimersByTime(500);
    addEventListener('selectionchange', later, { capture: true });
    const user = { name: 'Ana', color: '#336699' };
    const cursor = { anchor: null, head: model.toRelative({ block: 'head', offset: 0 }, 'left') };
    awareness.states.set(7, { user, cursor });
    clickInCell(1);
    awareness.emit('change', [{ added: [7], updated: [], removed: [] }, 'peer']);
    vi.advanceTimersByTime(500);
    expect(text.querySelector('.peer-name')?.textContent).toBe('Ana');
    paste('!');
    expect(cells()).toEqual(['one', 'two!', '']);
    removeEventListener('selectionchange', later, { capture: true });
  });

  it('is taken over with the text that was selected by it', () => {
    const words = text.querySelectorAll('td')[1]!.querySelector('p')!.firstChild!;
    getSelection()!.setBaseAndExtent(words, 1, words, 3);
    another(2, 'three');
    paste('en');
    expect(cells()).toEqual(['one', 'ten', 'three']);
  });

  it('is not looked for while the editor has no focus, nor outside of it', () => {
    text.blur();
    clickInCell(1);
    text.blur();
    another(2, 'three');
    text.focus();
    const outside = document.createElement('p');
    outside.textContent = 'outside';
    document.body.append(outside);
    getSelection()!.collapse(outside.firstChild, 1);
    another(2, '> ');
    expect(cells()).toEqual(['one', 'two', '> three']);
  });
});
