import type { Node } from '@tiptap/pm/model';
import { type Command, NodeSelection, TextSelection } from '@tiptap/pm/state';
import type { OwnHistory } from '../binding/undo.ts';
import {
  indentBlocks,
  outdentBlocks,
  setBlockType,
  toggleList,
  toggleQuote,
} from '../commands/blocks.ts';
import {
  insertEquation,
  insertImage,
  insertMath,
  insertRule,
  insertTable,
} from '../commands/insert.ts';
import { deleteSelection } from '../commands/delete-selection.ts';
import { backspaceAtStart, deleteAtEnd } from '../commands/join.ts';
import { clearMarks, removeLink, setLink, toggleMark } from '../commands/marks.ts';
import { moveSelectedBlocks } from '../commands/move-blocks.ts';
import { enter, insertLineBreak, newParagraphAfter } from '../commands/split.ts';
import {
  addLineBeside,
  deleteLineHere,
  tablePlace,
  toggleHeader,
} from '../commands/table-commands.ts';
import { selectedBlocks } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';
import type { Chance } from './chance.ts';
import type { HeadlessEditor } from './headless-editor.ts';

/** Somebody at an editor who does anything the editor lets them do. */
export interface Actor {
  readonly editor: HeadlessEditor;
  readonly history: OwnHistory;
  readonly chance: Chance;
  /** Makes a word nobody else types: `<` and `>` around its number. */
  readonly nextWord: () => string;
}

type Act = (actor: Actor) => void;

const MARKS = ['bold', 'italic', 'code', 'superscript', 'subscript'] as const;
const TYPES = ['paragraph', 'heading', 'code_block', 'equation'] as const;

const acts: readonly (readonly [string, Act, number])[] = [
  ['type', typeWord, 30],
  ['delete a range', onSelection(deleteSelection), 6],
  ['enter', onCaret(enter), 8],
  ['backspace', onBlockEdge('start', backspaceAtStart), 7],
  ['delete', onBlockEdge('end', deleteAtEnd), 4],
  ['line break', onCaret(insertLineBreak), 2],
  ['paragraph after', onCaret(newParagraphAfter), 2],
  [
    'type of block',
    ({ editor, chance }) => selectAndRun(editor, chance, setBlockType(chance.pick(TYPES))),
    5,
  ],
  [
    'list',
    ({ editor, chance }) =>
      selectAndRun(editor, chance, toggleList(chance.is(0.5) ? 'bullet' : 'ordered')),
    4,
  ],
  ['quote', onSelection(toggleQuote), 3],
  ['indent', onSelection(indentBlocks), 3],
  ['outdent', onSelection(outdentBlocks), 2],
  ['mark', ({ editor, chance }) => selectAndRun(editor, chance, toggleMark(chance.pick(MARKS))), 6],
  ['link', onSelection(setLink('https://example.org')), 2],
  ['no link', onSelection(removeLink), 1],
  ['no marks', onSelection(clearMarks), 1],
  ['formula', onCaret(insertMath), 2],
  ['equation', onCaret(insertEquation), 1],
  ['rule', onCaret(insertRule), 1],
  ['image', onCaret(insertImage({ src: '/f', alt: 'a' })), 1],
  ['table', insertSmallTable, 2],
  ['table line', changeTable, 5],
  ['move', moveBlocks, 5],
  ['paste', pasteSlice, 4],
  ['replace blocks', replaceBlocks, 2],
  ['delete a block', deleteBlock, 2],
  ['tex', changeTex, 1],
  ['undo', ({ history }) => void history.undo(), 4],
  ['redo', ({ history }) => void history.redo(), 2],
];

/** Does one thing at random and says what. */
export function actAtRandom(actor: Actor): string {
  const total = acts.reduce((sum, [, , weight]) => sum + weight, 0);
  let left = actor.chance.below(total);
  for (const [name, act, weight] of acts) {
    left -= weight;
    if (left >= 0) continue;
    if (actor.chance.is(0.3)) actor.history.stopCapturing();
    act(actor);
    return name;
  }
  throw new RangeError('no act');
}

function typeWord({ editor, chance, nextWord }: Actor): void {
  const pos = randomPlace(editor.state.doc, chance);
  run(editor, (state, dispatch) => {
    dispatch?.(state.tr.insertText(nextWord(), pos));
    return true;
  });
}

/** A place in a text, never inside of a word. */
export function randomPlace(doc: Node, chance: Chance): number {
  const texts: { node: Node; pos: number }[] = [];
  doc.descendants((node, pos) => {
    if (node.inlineContent) texts.push({ node, pos });
    return !node.inlineContent;
  });
  const { node, pos } = chance.pick(texts);
  const text = node.textBetween(0, node.content.size, undefined, '\u{FFFC}');
  let offset = chance.below(text.length + 1);
  const open = text.lastIndexOf('<', offset - 1);
  const close = text.indexOf('>', offset);
  const isInWord = open >= 0 && close >= 0 && text.lastIndexOf('>', offset - 1) < open;
  if (isInWord) offset = close + 1;
  return pos + 1 + offset;
}

function selectAndRun(editor: HeadlessEditor, chance: Chance, command: Command): void {
  const { doc } = editor.state;
  const first = randomPlace(doc, chance);
  // Mostly near by, as people select.
  const second = chance.is(0.3)
    ? randomPlace(doc, chance)
    : Math.min(doc.content.size, first + chance.below(30));
  const selection = TextSelection.between(doc.resolve(first), doc.resolve(second));
  editor.dispatch(editor.state.tr.setSelection(selection));
  run(editor, command);
}

function onSelection(command: Command): Act {
  return ({ editor, chance }) => selectAndRun(editor, chance, command);
}

function onCaret(command: Command): Act {
  return ({ editor, chance }) => {
    const { doc } = editor.state;
    const caret = TextSelection.create(doc, randomPlace(doc, chance));
    editor.dispatch(editor.state.tr.setSelection(caret));
    run(editor, command);
  };
}

function onBlockEdge(edge: 'start' | 'end', command: Command): Act {
  return ({ editor, chance }) => {
    const { doc } = editor.state;
    const $pos = doc.resolve(randomPlace(doc, chance));
    const at = edge === 'start' ? $pos.start() : $pos.end();
    editor.dispatch(editor.state.tr.setSelection(TextSelection.create(doc, at)));
    run(editor, command);
  };
}

function insertSmallTable({ editor, chance }: Actor): void {
  const { doc } = editor.state;
  let count = 0;
  doc.forEach((node) => void (count += node.type.name === 'table' ? 1 : 0));
  if (count >= 3) return;
  const size = { rows: 1 + chance.below(3), columns: 1 + chance.below(3) };
  const caret = TextSelection.create(doc, randomPlace(doc, chance));
  editor.dispatch(editor.state.tr.setSelection(caret));
  run(editor, insertTable(size));
}

function changeTable({ editor, chance }: Actor): void {
  const { binding } = editor;
  const cells: number[] = [];
  editor.state.doc.descendants((node, pos) => {
    if (node.type.name === 'table_cell' || node.type.name === 'table_header') cells.push(pos + 2);
    return true;
  });
  if (cells.length === 0) return;
  const { tr, doc } = editor.state;
  editor.dispatch(tr.setSelection(TextSelection.near(doc.resolve(chance.pick(cells)))));
  const place = tablePlace(binding.model, editor.state);
  if (place === null) return;
  const axis = chance.is(0.5) ? 'row' : 'column';
  const { model, origin } = binding;
  switch (chance.below(4)) {
    case 0: {
      deleteLineHere(model, place, axis, origin);
      break;
    }
    case 1: {
      toggleHeader(model, place, axis, origin);
      break;
    }
    default: {
      if (place.table.grid.rows.length * place.table.grid.columns.length > 16) return;
      addLineBeside(model, place, { axis, side: chance.is(0.5) ? 'before' : 'after' }, origin);
    }
  }
}

function moveBlocks({ editor, chance }: Actor): void {
  const { doc } = editor.state;
  const first = doc.resolve(randomPlace(doc, chance));
  editor.dispatch(editor.state.tr.setSelection(TextSelection.near(first)));
  const { model, origin } = editor.binding;
  const times = 1 + chance.below(4);
  const direction = chance.is(0.5) ? 'up' : 'down';
  for (let time = 0; time < times; time++) {
    moveSelectedBlocks(model, editor.state, direction, origin);
  }
}

/** Copies a stretch without its words (which are to be found once) and pastes it elsewhere. */
function pasteSlice({ editor, chance, nextWord }: Actor): void {
  const { nodes } = chapterSchema;
  const count = 1 + chance.below(3);
  const blocks = Array.from({ length: count }, () =>
    nodes[chance.pick(TYPES)]!.create(
      { list: chance.is(0.3) ? 'bullet' : null, indent: chance.below(3) },
      chance.is(0.8) ? chapterSchema.text(nextWord()) : null,
    ),
  );
  const source = nodes['doc'].create(null, blocks);
  const slice = source.slice(
    chance.is(0.5) ? 1 : 0,
    source.content.size - (chance.is(0.5) ? 1 : 0),
  );
  const { doc } = editor.state;
  const caret = TextSelection.create(doc, randomPlace(doc, chance));
  editor.dispatch(editor.state.tr.setSelection(caret));
  run(editor, (state, dispatch) => {
    dispatch?.(state.tr.replaceSelection(slice));
    return true;
  });
}

function replaceBlocks({ editor, chance, nextWord }: Actor): void {
  const { doc } = editor.state;
  const $pos = doc.resolve(randomPlace(doc, chance));
  const blocks = selectedBlocks(TextSelection.near($pos));
  const [block] = blocks;
  if (block === undefined || block.node.type.name === 'table') return;
  const type = chapterSchema.nodes[chance.pick(TYPES)]!;
  const word = nextWord();
  // What is the same at both ends of a replaced text is kept: a word must not begin or end so.
  const around = word.slice(1, -1);
  const made = type.create(null, chapterSchema.text(`${around}${word}${around}`));
  run(editor, (state, dispatch) => {
    dispatch?.(state.tr.replaceWith(block.pos, block.pos + block.node.nodeSize, made));
    return true;
  });
}

function deleteBlock({ editor, chance }: Actor): void {
  const { doc } = editor.state;
  if (doc.childCount < 2) return;
  const index = chance.below(doc.childCount);
  let pos = 0;
  for (let before = 0; before < index; before++) pos += doc.child(before).nodeSize;
  editor.dispatch(editor.state.tr.setSelection(NodeSelection.create(doc, pos)));
  run(editor, deleteSelection);
}

function changeTex({ editor, chance }: Actor): void {
  const formulas: number[] = [];
  editor.state.doc.descendants((node, pos) => {
    if (node.type.name === 'math') formulas.push(pos);
  });
  if (formulas.length === 0) return;
  const pos = chance.pick(formulas);
  editor.dispatch(editor.state.tr.setNodeAttribute(pos, 'tex', `x_${chance.below(100)}`));
}

function run(editor: HeadlessEditor, command: Command): void {
  command(editor.state, (tr) => editor.dispatch(tr));
}
