import type { Mark, Node } from '@tiptap/pm/model';
import {
  AddMarkStep,
  AddNodeMarkStep,
  AttrStep,
  RemoveMarkStep,
  RemoveNodeMarkStep,
  ReplaceAroundStep,
  ReplaceStep,
  type Step,
} from '@tiptap/pm/transform';
import type { Edit } from './edits.ts';
import { flowAt, pointAt, sharedFlow } from './locate.ts';
import { editsOfReplacement } from './replace-edits.ts';
import { tokensBetween } from './tokens.ts';

/**
 * What a step changes, as edits of the document's format. Null when the step cannot be expressed (it
 * cuts through a table's grid): such a transaction must not be applied, so that nothing is shown
 * that is not kept.
 *
 * - A replacement becomes the tokens deleted and the tokens inserted, without what is the same at
 *   both ends: typing is an insertion, a join deletes one marker, a split inserts one.
 * - A marker replaced by a marker (a change of type, a wrap, a lift) sets the block's attributes;
 *   its text is not touched.
 * - Marks become formats, block by block.
 *
 * `before` is the document the step applies to, `after` the result.
 */
export function editsOfStep(step: Step, before: Node, after: Node): readonly Edit[] | null {
  if (step instanceof ReplaceStep) {
    const { from, to, slice } = step;
    return editsOfRange(before, after, { from, to, end: from + slice.size });
  }
  if (step instanceof ReplaceAroundStep) return editsOfReplaceAround(step, before, after);
  if (step instanceof AddMarkStep) return editsOfMark(before, step, true);
  if (step instanceof RemoveMarkStep) return editsOfMark(before, step, false);
  if (step instanceof AddNodeMarkStep || step instanceof RemoveNodeMarkStep) {
    const range = { from: step.pos, to: step.pos + 1, mark: step.mark };
    return editsOfMark(before, range, step instanceof AddNodeMarkStep);
  }
  if (step instanceof AttrStep) return editsOfAttribute(step, before, after);
  return null;
}

/** The changed range before the step, and where it ends after it; it starts at the same place. */
interface ChangedRange {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

function editsOfRange(before: Node, after: Node, range: ChangedRange): readonly Edit[] | null {
  const { from, to, end } = range;
  const flow = sharedFlow(before, from, to);
  const flowAfter = sharedFlow(after, from, end);
  if (flow === null || flowAfter === null || flow.start !== flowAfter.start) return null;
  const actions = editsOfReplacement({
    flow: flow.node,
    from: pointAt(flow, from),
    before: tokensBetween(flow.node, flow.start, { from, to }),
    after: tokensBetween(flowAfter.node, flowAfter.start, { from, to: end }),
  });
  return actions?.map((action) => ({ ...action, flow: flow.path })) ?? null;
}

function editsOfReplaceAround(
  step: ReplaceAroundStep,
  before: Node,
  after: Node,
): readonly Edit[] | null {
  const { from, to, gapFrom, gapTo, insert, slice } = step;
  const gapStart = from + insert;
  const gapEnd = gapStart + (gapTo - gapFrom);
  const end = gapEnd + slice.size - insert;
  // Only closing tokens may stand after the gap: steps of this schema never do otherwise.
  if (hasTokens(before, gapTo, to) || hasTokens(after, gapEnd, end)) return null;
  return editsOfRange(before, after, { from, to: gapFrom, end: gapStart });
}

function hasTokens(doc: Node, from: number, to: number): boolean {
  if (from >= to) return false;
  const flow = sharedFlow(doc, from, to);
  return flow === null || tokensBetween(flow.node, flow.start, { from, to }).length > 0;
}

function editsOfMark(
  doc: Node,
  range: { readonly from: number; readonly to: number; readonly mark: Mark },
  isOn: boolean,
): readonly Edit[] {
  const edits: Edit[] = [];
  const { mark } = range;
  doc.nodesBetween(range.from, range.to, (node, pos) => {
    if (!node.inlineContent) return true;
    const flow = flowAt(doc.resolve(pos + 1));
    const from = Math.max(0, range.from - pos - 1);
    const to = Math.min(node.content.size, range.to - pos - 1);
    if (flow !== null && from < to) {
      const { block } = pointAt(flow, pos + 1);
      edits.push({ kind: 'format', flow: flow.path, block, from, to, mark, isOn });
    }
    return false;
  });
  return edits;
}

function editsOfAttribute(step: AttrStep, before: Node, after: Node): readonly Edit[] | null {
  const was = before.nodeAt(step.pos);
  const node = after.nodeAt(step.pos);
  if (node === null || was === null) return null;
  if (node.isInline) {
    const end = step.pos + 1;
    return editsOfRange(before, after, { from: step.pos, to: end, end });
  }
  const flow = flowAt(before.resolve(step.pos));
  if (flow === null) return null;
  const { block } = pointAt(flow, step.pos);
  return [{ kind: 'set-block', flow: flow.path, block, before: was, node }];
}
