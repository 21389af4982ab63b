import { chainCommands, selectAll } from '@tiptap/pm/commands';
import { undoInputRule } from '@tiptap/pm/inputrules';
import { keydownHandler } from '@tiptap/pm/keymap';
import { type Command, Plugin } from '@tiptap/pm/state';
import { goToNextCell } from '@tiptap/pm/tables';
import {
  indentListItems,
  outdentBlocks,
  toggleBlockType,
  toggleList,
  toggleQuote,
} from '../commands/blocks.ts';
import { insertMath } from '../commands/insert.ts';
import { deleteSelection } from '../commands/delete-selection.ts';
import { backspaceAtStart, deleteAtEnd } from '../commands/join.ts';
import { toggleMark } from '../commands/marks.ts';
import { enter, insertLineBreak, newParagraphAfter } from '../commands/split.ts';
import { fenceOnEnter } from './markdown-rules.ts';

/** What the keymap needs from the editor it belongs to. */
export interface KeymapActions {
  readonly undo: Command;
  readonly redo: Command;
  readonly moveBlocksUp: Command;
  readonly moveBlocksDown: Command;
  /** Tab in a table's last cell. */
  readonly addRowAtEnd: Command;
}

/**
 * The keys of the editor. Tab indents only where that means something (a list, a table's cells,
 * code); elsewhere it leaves the editor, as everywhere on the page.
 */
export function editorKeymap(actions: KeymapActions): Plugin {
  const keys: Record<string, Command> = {
    Enter: chainCommands(fenceOnEnter, enter),
    'Shift-Enter': insertLineBreak,
    'Mod-Enter': newParagraphAfter,
    Backspace: chainCommands(undoInputRule, deleteSelection, backspaceAtStart),
    'Mod-Backspace': chainCommands(deleteSelection, backspaceAtStart),
    'Shift-Backspace': chainCommands(deleteSelection, backspaceAtStart),
    Delete: chainCommands(deleteSelection, deleteAtEnd),
    'Mod-Delete': chainCommands(deleteSelection, deleteAtEnd),
    Tab: chainCommands(goToNextCell(1), actions.addRowAtEnd, indentListItems, insertTabInCode),
    'Shift-Tab': chainCommands(goToNextCell(-1), outdentBlocks),
    'Mod-]': indentListItems,
    'Mod-[': outdentBlocks,
    'Mod-a': selectAll,
    'Mod-b': toggleMark('bold'),
    'Mod-i': toggleMark('italic'),
    'Mod-u': toggleMark('underline'),
    'Mod-Shift-x': toggleMark('strike'),
    'Mod-e': toggleMark('code'),
    'Mod-.': toggleMark('superscript'),
    'Mod-,': toggleMark('subscript'),
    'Mod-Shift-m': insertMath,
    'Mod-Alt-0': toggleBlockType('paragraph'),
    'Mod-Alt-1': toggleBlockType('heading', { level: 1 }),
    'Mod-Alt-2': toggleBlockType('heading', { level: 2 }),
    'Mod-Alt-3': toggleBlockType('heading', { level: 3 }),
    'Mod-Alt-4': toggleBlockType('heading', { level: 4 }),
    'Mod-Alt-c': toggleBlockType('code_block'),
    'Mod-Shift-7': toggleList('ordered'),
    'Mod-Shift-8': toggleList('bullet'),
    'Mod-Shift-9': toggleQuote,
    'Alt-ArrowUp': actions.moveBlocksUp,
    'Alt-ArrowDown': actions.moveBlocksDown,
    'Mod-z': actions.undo,
    'Mod-y': actions.redo,
    'Mod-Shift-z': actions.redo,
  };
  return new Plugin({ props: { handleKeyDown: keydownHandler(keys) } });
}

const insertTabInCode: Command = (state, dispatch) => {
  if (state.selection.$from.parent.type.name !== 'code_block') return false;
  if (dispatch) dispatch(state.tr.insertText('\t').scrollIntoView());
  return true;
};
