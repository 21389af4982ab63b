// @vitest-environment jsdom
import { ChapterModel, outline, readChapter } from '@plenary/report-model';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createChapterEditor } from './create-chapter-editor.ts';
import { testLabels } from './testing/labels.ts';
import type { ChapterEditor, ChapterEditorOptions, EditorUiState } from './types.ts';

const open: ChapterEditor[] = [];

beforeEach(() => {
  // jsdom lays nothing out.
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  document.elementFromPoint = () => null;
});

afterEach(() => {
  for (const editor of open.splice(0)) editor.destroy();
  document.body.replaceChildren();
});

function mount(doc: Y.Doc, options: Partial<ChapterEditorOptions> = {}) {
  const element = document.createElement('div');
  document.body.append(element);
  const states: EditorUiState[] = [];
  const editor = createChapterEditor({
    element,
    doc,
    awareness: null,
    isEditable: true,
    labels: testLabels,
    uploadImage: null,
    onState: (state) => states.push(state),
    loadMath: () => Promise.resolve((tex, target) => void (target.textContent = `[${tex}]`)),
    ...options,
  });
  open.push(editor);
  const text = element.querySelector<HTMLElement>('.plenary-editor')!;
  return { editor, element, text, states };
}

/** Types as a browser does: changes the page, which the editor then reads. */
function paste(text: HTMLElement, data: Record<string, string>): void {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  const clipboardData = {
    types: Object.keys(data),
    files: [],
    getData: (type: string) => data[type] ?? '',
  };
  text.dispatchEvent(Object.assign(event, { clipboardData }));
}

function joined(): [Y.Doc, Y.Doc] {
  const a = new Y.Doc();
  const b = new Y.Doc();
  a.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(b, update, 'peer'));
  b.on('update', (update, origin) => origin !== 'peer' && Y.applyUpdate(a, update, 'peer'));
  return [a, b];
}

describe('createChapterEditor', () => {
  it('opens without writing, with a name, a role and a hint', () => {
    const doc = new Y.Doc();
    const update = vi.fn();
    doc.on('update', update);
    const { text, states } = mount(doc);
    expect(update).not.toHaveBeenCalled();
    expect(text.getAttribute('role')).toBe('textbox');
    expect(text.getAttribute('aria-label')).toBe(testLabels.editor);
    expect(text.querySelector('[data-placeholder="Write here"]')).not.toBeNull();
    expect(states).toHaveLength(1);
    expect(states[0]).toMatchObject({ isEmpty: true, canUndo: false });
  });

  it('shows in the other editor what is pasted in one, without scripts', () => {
    const [a, b] = joined();
    const left = mount(a);
    const right = mount(b);
    left.editor.focus();
    paste(left.text, {
      'text/html': '<h1>T<script>x()</script></h1><ol><li>one</li><li>two</li></ol>',
    });
    expect(right.text.querySelector('h1')?.textContent).toBe('T');
    const numbers = [...right.text.querySelectorAll('[data-list]')].map((item) =>
      item.getAttribute('data-number'),
    );
    expect(numbers).toEqual(['1.', '2.']);
    expect(right.text.querySelector('script')).toBeNull();
  });

  it('takes back one’s own act and leaves those of others', () => {
    const [a, b] = joined();
    const left = mount(a);
    const right = mount(b);
    left.editor.focus();
    paste(left.text, { 'text/plain': 'left' });
    right.editor.focus('end');
    paste(right.text, { 'text/plain': ' right' });
    expect(left.editor.state.canUndo).toBe(true);
    expect(left.editor.commands.undo()).toBe(true);
    expect(left.text.textContent).toBe(' right');
    expect(left.editor.commands.redo()).toBe(true);
    expect(right.text.textContent).toContain('left');
  });

  it('does nothing while read-only, and says so', () => {
    const doc = new Y.Doc();
    const { editor, text } = mount(doc, { isEditable: false });
    expect(text.getAttribute('contenteditable')).toBe('false');
    expect(text.getAttribute('aria-readonly')).toBe('true');
    expect(editor.commands.insertTable(2, 2)).toBe(false);
    editor.setEditable(true);
    expect(text.getAttribute('contenteditable')).toBe('true');
    expect(editor.commands.insertTable(2, 2)).toBe(true);
    expect(text.querySelectorAll('td, th')).toHaveLength(4);
  });

  it('adds and deletes rows and columns, and makes headers', () => {
    const { editor, text } = mount(new Y.Doc());
    editor.commands.insertTable(2, 2);
    expect(editor.state.isInTable).toBe(true);
    editor.commands.addRowAfter();
    editor.commands.addColumnBefore();
    expect(text.querySelectorAll('tr')).toHaveLength(3);
    expect(text.querySelectorAll('td, th')).toHaveLength(9);
    editor.commands.toggleHeaderRow();
    expect(text.querySelectorAll('th')).toHaveLength(0);
    editor.commands.deleteRow();
    editor.commands.deleteColumn();
    expect(text.querySelectorAll('td')).toHaveLength(4);
    editor.commands.deleteTable();
    expect(text.querySelector('table')).toBeNull();
  });

  it('pastes the cells of a table over those of another, as far as there are any', () => {
    const { editor, text } = mount(new Y.Doc());
    editor.commands.insertTable(2, 2);
    paste(text, {
      'text/html': '<table><tr><td>a</td><td>b</td><td>c</td></tr><tr><td>d</td></tr></table>',
    });
    const cells = [...text.querySelectorAll('th, td')].map((cell) => cell.textContent);
    expect(cells).toEqual(['a', 'b', 'd', '']);
    paste(text, { 'text/html': '<p>one</p><table><tr><td>two</td></tr></table>' });
    expect(text.querySelectorAll('table')).toHaveLength(1);
    expect(text.textContent).toContain('two');
  });

  it('moves a block and keeps the caret in it', () => {
    const { editor, text } = mount(new Y.Doc());
    editor.focus();
    paste(text, { 'text/html': '<p>one</p><p>two</p>' });
    editor.focus('end');
    expect(editor.commands.moveBlocksUp()).toBe(true);
    expect([...text.querySelectorAll('p')].map((p) => p.textContent)).toEqual(['two', 'one']);
    paste(text, { 'text/plain': '!' });
    expect(text.querySelector('p')?.textContent).toBe('two!');
  });

  it('draws formulas when the renderer is there', async () => {
    const { editor, text } = mount(new Y.Doc());
    editor.commands.insertEquation();
    paste(text, { 'text/plain': 'x^2' });
    await vi.waitFor(() => {
      expect(text.querySelector('.equation-shown')?.textContent).toBe('[x^2]');
    });
  });

  it('opens a field for a formula, keeps what is typed there and goes on after it', async () => {
    const { editor, text } = mount(new Y.Doc());
    editor.commands.insertMath();
    const field = text.querySelector<HTMLInputElement>('.math-field')!;
    expect(document.activeElement).toBe(field);
    field.value = 'a^2';
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    expect(text.querySelector('.math-field')).toBeNull();
    await vi.waitFor(() => {
      expect(text.querySelector('.math-inline')?.textContent).toBe('[a^2]');
    });
    paste(text, { 'text/plain': ' after' });
    expect(text.textContent).toBe('[a^2] after');
  });

  it('takes away a formula that is left empty', () => {
    const { editor, text } = mount(new Y.Doc());
    editor.commands.insertMath();
    const field = text.querySelector<HTMLInputElement>('.math-field')!;
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(text.querySelector('.math-inline')).toBeNull();
  });

  it('sends an image, shows a stand-in meanwhile and the image after', async () => {
    const upload = Promise.withResolvers<{ url: string }>();
    const { editor, text } = mount(new Y.Doc(), { uploadImage: () => upload.promise });
    const file = new File(['x'], 'plot.png', { type: 'image/png' });
    expect(editor.commands.insertImage(file)).toBe(true);
    expect(text.querySelector('.image-pending')?.textContent).toBe('Sending plot.png');
    upload.resolve({ url: '/api/v1/files/1' });
    await vi.waitFor(() => {
      expect(text.querySelector('img[src]')?.getAttribute('src')).toBe('/api/v1/files/1');
    });
    expect(text.querySelector('.image-pending')).toBeNull();
  });

  it('says when an image could not be sent, and writes nothing', async () => {
    const doc = new Y.Doc();
    const { editor, text } = mount(doc, { uploadImage: () => Promise.reject(new Error('no')) });
    const update = vi.fn();
    doc.on('update', update);
    editor.commands.insertImage(new File(['x'], 'plot.png', { type: 'image/png' }));
    await vi.waitFor(() => {
      expect(text.querySelector('[data-failed]')?.textContent).toBe('plot.png could not be sent');
    });
    text.querySelector<HTMLButtonElement>('[data-failed] button')?.click();
    expect(text.querySelector('.image-pending')).toBeNull();
    expect(update).not.toHaveBeenCalled();
  });

  it('goes on into the new row when Tab adds one in the last cell', () => {
    const { editor, text } = mount(new Y.Doc());
    editor.commands.insertTable(1, 1);
    paste(text, { 'text/plain': 'first' });
    const tab = { key: 'Tab', bubbles: true, cancelable: true };
    text.dispatchEvent(new KeyboardEvent('keydown', tab));
    paste(text, { 'text/plain': 'second' });
    const cells = [...text.querySelectorAll('th, td')].map((cell) => cell.textContent);
    expect(cells).toEqual(['first', 'second']);
  });

  it('offers marks while all of the chapter is selected', () => {
    const { editor, text } = mount(new Y.Doc());
    paste(text, { 'text/plain': 'words' });
    const all = { key: 'a', ctrlKey: true, bubbles: true, cancelable: true };
    text.dispatchEvent(new KeyboardEvent('keydown', all));
    expect(editor.state.hasSelection).toBe(true);
    expect(editor.state.canMark).toBe(true);
    editor.commands.toggleMark('bold');
    expect(text.querySelector('strong')?.textContent).toBe('words');
  });

  it('is named anew when its chapter was renamed', () => {
    const { editor, text } = mount(new Y.Doc());
    editor.setName('Text of chapter 2, Findings');
    expect(text.getAttribute('aria-label')).toBe('Text of chapter 2, Findings');
    editor.setEditable(false);
    expect(text.getAttribute('aria-label')).toBe('Text of chapter 2, Findings');
  });

  it('names a dropped file that is no image, sends nothing, and keeps the browser on the page', () => {
    const uploadImage = vi.fn(() => Promise.reject(new Error('not to be called')));
    const { text } = mount(new Y.Doc(), { uploadImage });
    document.elementFromPoint = () => text.querySelector('p');
    const drop = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
      dataTransfer: {
        files: [new File(['%PDF'], 'plan.pdf', { type: 'application/pdf' })],
        types: ['Files'],
        getData: () => '',
      },
      clientX: 1,
      clientY: 1,
    });
    text.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
    expect(text.querySelector('[data-failed]')?.textContent).toBe('plan.pdf could not be sent');
    expect(uploadImage).not.toHaveBeenCalled();
  });

  it('draws a caret that was told before the text it stands in has come', () => {
    vi.useFakeTimers();
    const [a, b] = [new Y.Doc(), new Y.Doc()];
    const [here, there] = [new Awareness(a), new Awareness(b)];
    const left = mount(a, { awareness: here });
    const right = mount(b, { awareness: there });
    left.editor.focus();
    paste(left.text, { 'text/plain': 'words' });
    vi.advanceTimersByTime(500);
    expect(here.getLocalState()?.['cursor']).toMatchObject({});
    const state = { ...here.getLocalState(), user: { name: 'Ana', color: '#112233' } };
    there.states.set(here.clientID, state);
    there.emit('change', [{ added: [here.clientID], updated: [], removed: [] }, 'test']);
    vi.advanceTimersByTime(500);
    expect(right.text.querySelector('.peer-name')).toBeNull();
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
    vi.advanceTimersByTime(500);
    vi.useRealTimers();
    expect(right.text.querySelector('.peer-name')?.textContent).toBe('Ana');
    here.destroy();
    there.destroy();
  });

  it('shows the caret of somebody else by name, and takes it away with them', async () => {
    const [a, b] = joined();
    const here = new Awareness(a);
    const there = new Awareness(b);
    there.on('update', () => {
      const state = there.getLocalState();
      here.states.set(b.clientID, { ...state, user: { name: 'Ana', color: '#336699' } });
      here.emit('change', [{ added: [], updated: [b.clientID], removed: [] }, 'peer']);
    });
    const left = mount(a, { awareness: here });
    const right = mount(b, { awareness: there });
    right.editor.focus();
    paste(right.text, { 'text/plain': 'hello' });
    await vi.waitFor(() => {
      expect(left.text.querySelector('.peer-name')?.textContent).toBe('Ana');
    });
    here.states.delete(b.clientID);
    here.emit('change', [{ added: [], updated: [], removed: [b.clientID] }, 'peer']);
    await vi.waitFor(() => {
      expect(left.text.querySelector('.peer-name')).toBeNull();
    });
    here.destroy();
    there.destroy();
  });

  it('finds a block by its key, and says when it is gone', () => {
    Element.prototype.scrollIntoView = () => {};
    const doc = new Y.Doc();
    const { editor, text } = mount(doc);
    editor.focus();
    paste(text, { 'text/html': '<p>one</p><h2>two</h2>' });
    const [entry] = outline(readChapter(doc));
    expect(editor.showBlock(entry!.key)).toBe(true);
    expect(editor.state.block).toMatchObject({ type: 'heading', level: 2 });
    expect(editor.showBlock('nowhere:1')).toBe(false);
  });

  it('leaves nothing behind, and can be destroyed twice', () => {
    const doc = new Y.Doc();
    const { editor, element } = mount(doc);
    editor.destroy();
    editor.destroy();
    expect(element.childElementCount).toBe(0);
    expect(editor.commands.insertRule()).toBe(false);
    doc.getText('body').insert(0, 'later');
  });

  it('leaves the element alone in which text is composed, and follows when that ends', () => {
    vi.useFakeTimers();
    const [a, b] = joined();
    b.getText('body').insert(0, 'one two');
    const { text, editor } = mount(a);
    const other = new ChapterModel(b);
    editor.focus('end');
    text.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    const paragraph = text.querySelector('p')!;
    const node = paragraph.firstChild as Text;
    other.setBlocks(['head'], { type: 'heading', level: 2 }, null);
    b.getText('body').insert(3, '!');
    expect(paragraph.isConnected).toBe(true);
    expect(paragraph.firstChild).toBe(node);
    expect(node.data).toBe('one two');
    text.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    vi.advanceTimersByTime(100);
    expect(text.querySelector('h2')?.textContent).toBe('one! two');
    other.close();
    vi.useRealTimers();
  });

  it('draws headings below the page’s own and reads them as what they are', () => {
    const doc = new Y.Doc();
    const { editor, text } = mount(doc, { topHeadingLevel: 3 });
    editor.commands.setBlockType('heading', 1);
    expect(text.querySelector('h3')?.getAttribute('data-level')).toBe('1');
    editor.commands.setBlockType('heading', 6);
    expect(text.querySelector('h6')?.getAttribute('aria-level')).toBe('8');
    paste(text, { 'text/html': '<h3 data-level="2">two</h3><h3>three</h3>' });
    const headings = readChapter(doc).blocks.filter((block) => block.type === 'heading');
    expect(headings.map(({ level }) => level)).toContain(2);
  });

  it('draws the widths of columns', () => {
    const doc = new Y.Doc();
    const model = new ChapterModel(doc);
    const row = { cells: [[], [], []] };
    const [key = ''] = model.insertBlocks(null, [{ table: { rows: [row] } }], null);
    const { text } = mount(doc);
    const widths = () => [...text.querySelectorAll('col')].map((column) => column.style.width);
    expect(widths()).toEqual([]);
    const block = model.find(key)?.block;
    const columns = block?.type === 'table' ? block.grid.columns.map(({ id }) => id) : [];
    model.setColumnWidth(key, { id: columns[0] ?? '', width: 120 }, null);
    model.setColumnWidth(key, { id: columns[2] ?? '', width: 80 }, null);
    expect(widths()).toEqual(['120px', '', '80px']);
    expect(text.querySelector('table')?.style.minWidth).toBe('200px');
    model.close();
  });
});
