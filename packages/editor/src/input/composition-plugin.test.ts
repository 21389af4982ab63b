// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { createChapterEditor } from '../create-chapter-editor.ts';
import { testLabels } from '../testing/labels.ts';
import type { ChapterEditor } from '../types.ts';
import { COMPOSITION_LIMIT_MS } from './composition-plugin.ts';

let editor: ChapterEditor;
let text: HTMLElement;
let body: Y.Text;

beforeEach(() => {
  vi.useFakeTimers();
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  const element = document.createElement('div');
  document.body.append(element);
  const doc = new Y.Doc();
  body = doc.getText('body');
  body.insert(0, 'one two');
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
  compose('compositionstart');
});

afterEach(() => {
  editor.destroy();
  document.body.replaceChildren();
  vi.useRealTimers();
});

function compose(what: 'compositionstart' | 'compositionupdate'): void {
  text.dispatchEvent(new CompositionEvent(what, { bubbles: true }));
}

function press(key: string, isComposing: boolean): void {
  text.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing, bubbles: true }));
}

describe('a composition whose end no browser tells of', () => {
  it('holds what others do for no longer than the limit', () => {
    body.insert(3, '!');
    vi.advanceTimersByTime(COMPOSITION_LIMIT_MS - 1000);
    expect(text.textContent).toBe('one two');
    vi.advanceTimersByTime(2000);
    expect(text.textContent).toBe('one! two');
  });

  it('has its time anew with each of its letters', () => {
    body.insert(3, '!');
    for (let letter = 0; letter < 3; letter += 1) {
      vi.advanceTimersByTime(COMPOSITION_LIMIT_MS - 1000);
      compose('compositionupdate');
    }
    expect(text.textContent).toBe('one two');
    vi.advanceTimersByTime(COMPOSITION_LIMIT_MS + 1000);
    expect(text.textContent).toBe('one! two');
  });

  it('is over when the text loses the focus', () => {
    body.insert(3, '!');
    text.blur();
    vi.advanceTimersByTime(100);
    expect(text.textContent).toBe('one! two');
  });

  it('is over at a key that is no part of it, and not at one that is', () => {
    body.insert(3, '!');
    press('a', true);
    vi.advanceTimersByTime(100);
    expect(text.textContent).toBe('one two');
    press('Shift', false);
    expect(text.textContent).toBe('one! two');
  });

  it('holds nothing afterwards', () => {
    body.insert(3, '!');
    text.blur();
    vi.advanceTimersByTime(100);
    text.focus();
    body.insert(0, 'zero ');
    expect(text.textContent).toBe('zero one! two');
  });
});
