import { Fragment, type Node, Slice } from '@tiptap/pm/model';
import { type EditorState, NodeSelection, Plugin, TextSelection } from '@tiptap/pm/state';
import { CellSelection } from '@tiptap/pm/tables';
import { dropPoint } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import type { ChapterBinding } from '../binding/binding.ts';
import { moveText } from '../commands/move-text.ts';
import { blockAt, flowDepth, isFlow } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';
import { chapterParser, withNewlines } from './chapter-parser.ts';
import { chapterSerializer } from './chapter-serializer.ts';
import { pasteCells } from './paste-cells.ts';

/** Cut, copy, paste and drop: real HTML outside, flat blocks inside. */
export function clipboardPlugin(binding: ChapterBinding): Plugin {
  return new Plugin({
    props: {
      clipboardParser: chapterParser,
      clipboardSerializer: chapterSerializer,
      clipboardTextSerializer: (slice) =>
        slice.content.textBetween(0, slice.content.size, '\n\n', leafText),
      transformPasted: withNewlines,
      handlePaste: (view, _event, slice) => pasteIntoCell(view, slice),
      handleDrop: (view, event, _slice, isMoved) =>
        isMoved && (moveDroppedBlock(binding, view, event) || moveDroppedText(view, event)),
    },
  });
}

function leafText(node: Node): string {
  return node.type.spec.leafText?.(node) ?? '';
}

/** A block dragged within the chapter moves in the document, where its text is not written anew. */
function moveDroppedBlock(binding: ChapterBinding, view: EditorView, event: DragEvent): boolean {
  const { selection, doc } = view.state;
  if (!(selection instanceof NodeSelection) || !selection.node.isBlock) return false;
  if (selection.$from.depth > 0) return false;
  const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
  const target = at === null ? null : blockAt(doc.resolve(doc.resolve(at.pos).before(1)));
  if (at === null || target === null) return false;
  const blocks = binding.model.blocks;
  const from = selection.$from.index(0);
  // Dropped on the lower half, it goes below.
  const box = view.nodeDOM(target.pos);
  const isLower =
    box instanceof HTMLElement &&
    event.clientY > box.getBoundingClientRect().top + box.getBoundingClientRect().height / 2;
  const before = blocks[target.index + (isLower ? 1 : 0)];
  const moved = blocks[from];
  if (moved === undefined || !binding.isEditable) return false;
  if (before?.key !== moved.key) {
    binding.model.moveBlocks([moved.key], before?.key ?? null, binding.origin);
  }
  return true;
}

/** Text dragged within the chapter. Dropped on itself it stays. */
function moveDroppedText(view: EditorView, event: DragEvent): boolean {
  const { selection, doc } = view.state;
  if (!(selection instanceof TextSelection) || selection.empty) return false;
  const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (at === null) return false;
  const target = dropPoint(doc, at.pos, selection.content()) ?? at.pos;
  const fit = flowDepth(doc.resolve(target)) > 0 ? withoutTables : undefined;
  moveText(target, fit)(view.state, view.dispatch.bind(view));
  view.focus();
  return true;
}

/** Into a cell go blocks; a table alone goes over the cells from there on. */
function pasteIntoCell(view: EditorView, slice: Slice): boolean {
  const { state } = view;
  if (!isInCell(state) || !view.editable) return false;
  const isTableAlone = slice.content.childCount === 1;
  const overCells = isTableAlone ? pasteCells(state, slice) : null;
  if (overCells !== null) {
    view.dispatch(overCells);
    return true;
  }
  const plain = withoutTables(slice);
  if (plain === slice && !(state.selection instanceof CellSelection)) return false;
  const tr = state.tr;
  if (state.selection instanceof CellSelection) {
    const { $anchorCell } = state.selection;
    const start = $anchorCell.pos + 1;
    const end = start + $anchorCell.nodeAfter!.content.size;
    tr.setSelection(TextSelection.between(tr.doc.resolve(start), tr.doc.resolve(end)));
  }
  view.dispatch(tr.replaceSelection(plain).scrollIntoView());
  return true;
}

function isInCell(state: EditorState): boolean {
  if (state.selection instanceof CellSelection) return true;
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if (isFlow($from.node(depth))) return true;
  return false;
}

/** Tables as the blocks in their cells, for where no table can stand. */
function withoutTables(slice: Slice): Slice {
  let hasTables = false;
  slice.content.forEach((node) => {
    hasTables ||= node.type.name.startsWith('table');
  });
  if (!hasTables) return slice;
  const blocks: Node[] = [];
  collectBlocks(slice.content, blocks);
  return new Slice(Fragment.from(blocks), 0, 0);
}

function collectBlocks(content: Fragment, blocks: Node[]): void {
  content.forEach((node) => {
    if (!node.type.name.startsWith('table')) blocks.push(node);
    else if (!node.inlineContent) collectBlocks(node.content, blocks);
    else if (node.content.size > 0) {
      blocks.push(chapterSchema.nodes['paragraph']!.create(null, node.content));
    }
  });
}
