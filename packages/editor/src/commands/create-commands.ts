import type { Axis } from '@plenary/report-model';
import type { Command } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type { ChapterBinding } from '../binding/binding.ts';
import type { OwnHistory } from '../binding/undo.ts';
import { blockAt } from '../schema/flow.ts';
import type { Uploads } from '../uploads/upload-plugin.ts';
import {
  indentBlocks,
  outdentBlocks,
  setBlockType,
  type TextBlockType,
  toggleBlockType,
  toggleList,
  toggleQuote,
} from './blocks.ts';
import type { EditorCommands } from './editor-commands.ts';
import { insertEquation, insertMath, insertRule, insertTable } from './insert.ts';
import { clearMarks, removeLink, setLink, toggleMark } from './marks.ts';
import { moveSelectedBlocks } from './move-blocks.ts';
import { setBlockAttribute } from './block-attribute.ts';
import {
  addLineBeside,
  deleteLineHere,
  type TablePlace,
  tablePlace,
  toggleHeader,
} from './table-commands.ts';

/** What the commands work on. */
export interface CommandContext {
  readonly view: EditorView;
  readonly binding: ChapterBinding;
  readonly history: OwnHistory;
  readonly uploads: Uploads;
}

/** The commands of one editor. */
export function createCommands(context: CommandContext): EditorCommands {
  const { view, binding, history, uploads } = context;
  const { model, origin } = binding;
  /** Runs an act unless the chapter is read-only, and gives the focus back to the text. */
  const act = (work: () => boolean): boolean => {
    if (view.isDestroyed || !binding.isEditable) return false;
    const isDone = work();
    // Unless the act opened a field inside the text, which has the focus now.
    if (!view.dom.contains(document.activeElement)) view.focus();
    return isDone;
  };
  const run = (command: Command): boolean =>
    act(() => command(view.state, (tr) => view.dispatch(tr), view));
  /** Runs an act on the document itself, which undo takes back on its own. */
  const onModel = (work: () => boolean): boolean =>
    act(() => {
      history.remember('other');
      return work();
    });
  const inTable = (work: (place: TablePlace) => boolean): boolean => {
    const place = tablePlace(model, view.state);
    return place !== null && onModel(() => work(place));
  };
  const addLine = (axis: Axis, side: 'before' | 'after'): boolean =>
    inTable((place) => addLineBeside(model, place, { axis, side }, origin));
  return {
    undo: () => act(() => history.undo()),
    redo: () => act(() => history.redo()),
    toggleMark: (mark) => run(toggleMark(mark)),
    clearMarks: () => run(clearMarks),
    setLink: (href) => run(setLink(href)),
    removeLink: () => run(removeLink),
    setBlockType: (type, level) => run(setBlockType(type, typeAttributes(type, level))),
    toggleBlockType: (type, level) => run(toggleBlockType(type, typeAttributes(type, level))),
    setCodeLanguage: (language) => run(setBlockAttribute('code_block', 'lang', language)),
    toggleList: (kind) => run(toggleList(kind)),
    toggleQuote: () => run(toggleQuote),
    indent: () => run(indentBlocks),
    outdent: () => run(outdentBlocks),
    moveBlocksUp: () => onModel(() => moveSelectedBlocks(model, view.state, 'up', origin)),
    moveBlocksDown: () => onModel(() => moveSelectedBlocks(model, view.state, 'down', origin)),
    insertRule: () => run(insertRule),
    insertEquation: () => run(insertEquation),
    insertMath: () => run(insertMath),
    insertTable: (rows, columns) => run(insertTable({ rows, columns })),
    insertImage: (file) =>
      uploads.isAvailable &&
      act(() => {
        const near = blockAt(view.state.selection.$to)?.pos ?? view.state.selection.to;
        uploads.insert(view, file, Math.max(near, view.state.selection.to));
        return true;
      }),
    setImageDescription: (description) => run(setBlockAttribute('image', 'alt', description)),
    addRowBefore: () => addLine('row', 'before'),
    addRowAfter: () => addLine('row', 'after'),
    deleteRow: () => inTable((place) => deleteLineHere(model, place, 'row', origin)),
    addColumnBefore: () => addLine('column', 'before'),
    addColumnAfter: () => addLine('column', 'after'),
    deleteColumn: () => inTable((place) => deleteLineHere(model, place, 'column', origin)),
    deleteTable: () => inTable(({ table }) => model.deleteBlocks([table.key], origin)),
    toggleHeaderRow: () => inTable((place) => toggleHeader(model, place, 'row', origin)),
    toggleHeaderColumn: () => inTable((place) => toggleHeader(model, place, 'column', origin)),
  };
}

function typeAttributes(type: TextBlockType, level = 1): Record<string, unknown> {
  return type === 'heading' ? { level } : {};
}
