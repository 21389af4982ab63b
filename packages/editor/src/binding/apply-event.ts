import {
  type Block,
  type ChapterModel,
  inlineLength,
  type ModelChange,
  type TextOp,
} from '@plenary/report-model';
import { Fragment, type Mark, type Node, Slice } from '@tiptap/pm/model';
import { ReplaceStep, type Transform } from '@tiptap/pm/transform';
import { chapterSchema } from '../schema/schema.ts';
import { fragmentOfInlines, marksOfModel, nodeOfBlock, nodesOfBlocks } from './block-to-node.ts';
import { blockPosition, type LocatedFlow, positionOf } from './locate.ts';
import { flowOfArea } from './places.ts';
import { textHolder } from './tokens.ts';
import { unreachable } from '../schema/unreachable.ts';

/**
 * Adds to a transaction the smallest steps that show what changed in the model, so that carets and
 * decorations elsewhere stay. False when the document does not have the places the changes name: it
 * must then be drawn anew.
 */
export function applyChanges(
  tr: Transform,
  model: ChapterModel,
  changes: readonly ModelChange[],
): boolean {
  return changes.every((change) => {
    const flow = flowOfArea(model, tr.doc, change.area);
    if (flow === null) return false;
    switch (change.kind) {
      case 'text': {
        return applyText(tr, flow, change);
      }
      case 'shape': {
        return applyShape(tr, flow, change);
      }
      case 'blocks': {
        return replaceBlocks(tr, flow, change);
      }
      default: {
        return unreachable(change);
      }
    }
  });
}

/**
 * Adds steps where the document made something else of one's own edits than the page shows already.
 * False when they differ by more than the changed blocks themselves.
 */
export function settleChanges(
  tr: Transform,
  model: ChapterModel,
  changes: readonly ModelChange[],
): boolean {
  return changes.every((change) => {
    const flow = flowOfArea(model, tr.doc, change.area);
    const blocks = model.area(change.area);
    if (flow === null || flow.node.childCount !== blocks.length) return false;
    const from = change.kind === 'blocks' ? change.from : change.index;
    const to = change.kind === 'blocks' ? change.from + change.blocks.length : change.index + 1;
    // What was typed is there already; only a line break may have come in as an element.
    if (change.kind === 'text' && isTextSettled(flow.node.child(from), blocks[from]!)) return true;
    return replaceBlocks(tr, flow, { from, to, blocks: blocks.slice(from, to) });
  });
}

function isTextSettled(node: Node, block: Block): boolean {
  const holder = textHolder(node);
  const length = block.inlines.reduce((sum, inline) => sum + inlineLength(inline), 0);
  return (
    holder.content.size === length &&
    holder.children.every(({ type }) => type.name !== 'hard_break')
  );
}

/** Whether a change moves text between blocks or replaces blocks, so that carets in them are lost. */
export function isStructural({ kind }: ModelChange): boolean {
  return kind === 'blocks';
}

/** Replaces blocks of a flow by others, from the first difference to the last. */
export function replaceBlocks(
  tr: Transform,
  flow: LocatedFlow,
  change: { readonly from: number; readonly to: number; readonly blocks: readonly Block[] },
): boolean {
  const { node, path } = flow;
  if (change.to > node.childCount) return false;
  const children = node.children.slice(change.from, change.to);
  const before = Fragment.from(children);
  const after = Fragment.from(nodesOfBlocks(change.blocks, path.kind === 'cell'));
  const start = before.findDiffStart(after);
  if (start === null) return true;
  const end = before.findDiffEnd(after)!;
  const overlap = Math.max(0, start - Math.min(end.a, end.b));
  const offset = blockPosition(node, flow.start, change.from);
  const slice = chapterSchema.nodes['doc'].create(null, after).slice(start, end.b + overlap);
  tr.step(new ReplaceStep(offset + start, offset + end.a + overlap, slice));
  return true;
}

function applyText(
  tr: Transform,
  flow: LocatedFlow,
  change: { readonly index: number; readonly ops: readonly TextOp[] },
): boolean {
  if (change.index >= flow.node.childCount) return false;
  let pos = positionOf(flow, { block: change.index, offset: 0 });
  const end = (): number => tr.doc.resolve(pos).end();
  for (const op of change.ops) {
    if (op.kind === 'insert') {
      const content = fragmentOfInlines(op.inlines);
      tr.step(new ReplaceStep(pos, pos, new Slice(content, 0, 0)));
      pos += content.size;
      continue;
    }
    if (pos + op.length > end()) return false;
    switch (op.kind) {
      case 'delete': {
        tr.step(new ReplaceStep(pos, pos + op.length, Slice.empty));
        break;
      }
      case 'mark': {
        setMarks(tr, { from: pos, to: pos + op.length, marks: marksOfModel(op.marks) });
        pos += op.length;
        break;
      }
      case 'retain': {
        pos += op.length;
        break;
      }
    }
  }
  return true;
}

/** Gives a stretch exactly these marks, by steps for those that differ only. */
function setMarks(
  tr: Transform,
  range: { readonly from: number; readonly to: number; readonly marks: readonly Mark[] },
): void {
  const { from, to, marks } = range;
  const present = new Set<Mark>();
  tr.doc.nodesBetween(from, to, (node) => {
    if (node.isInline) for (const mark of node.marks) present.add(mark);
  });
  for (const mark of present) if (!mark.isInSet(marks)) tr.removeMark(from, to, mark);
  for (const mark of marks) tr.addMark(from, to, mark);
}

function applyShape(
  tr: Transform,
  flow: LocatedFlow,
  change: { readonly index: number; readonly block: Block },
): boolean {
  const { index, block } = change;
  const node = flow.node.maybeChild(index);
  if (node === null) return false;
  const shown = nodeOfBlock({ ...block, inlines: [] }, flow.path.kind === 'cell');
  if (isTable(node) !== isTable(shown)) {
    return replaceBlocks(tr, flow, { from: index, to: index + 1, blocks: [block] });
  }
  const pos = blockPosition(flow.node, flow.start, index);
  if (!node.sameMarkup(shown)) tr.setNodeMarkup(pos, shown.type, shown.attrs);
  return true;
}

function isTable(node: Node): boolean {
  return node.type.name === 'table';
}
