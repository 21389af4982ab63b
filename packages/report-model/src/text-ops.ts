import type { FlowBlock } from './flow.ts';
import type * as Y from 'yjs';
import { inlineDelta } from './input.ts';
import { MARK_NAMES, toAttributes } from './marks.ts';
import type { Attributes } from './marks.ts';
import type { InlineInput, MarkName, Marks } from './types.ts';
import { insertString, spotIn, stretches } from './write.ts';
import type { Spot, Stretch } from './write.ts';

/** The spot at a block's visible offset (a larger one counts as its end) and the fragment it is in. */
export function spotAt(block: FlowBlock, offset: number): { fragment: number; spot: Spot } {
  let left = Math.max(0, Math.min(offset, block.length));
  for (const [index, fragment] of block.fragments.entries()) {
    const isLast = index === block.fragments.length - 1;
    if (left <= fragment.visible || isLast)
      return { fragment: index, spot: spotIn(fragment, left) };
    left -= fragment.visible;
  }
  throw new RangeError('a block has at least one fragment');
}

/** The stretches of a block's text between two visible offsets. */
export function blockStretches(block: FlowBlock, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  let offset = 0;
  for (const fragment of block.fragments) {
    found.push(...stretches(fragment, from - offset, to - offset));
    offset += fragment.visible;
  }
  return found;
}

/** Inserts inlines with exactly their marks; formatting this version does not know goes on as it is. */
export function insertAt(text: Y.Text, spot: Spot, inlines: readonly InlineInput[]): void {
  const common = unknownAttributes(spot.attributes);
  const [only] = inlines;
  if (inlines.length === 1 && only?.kind === 'text') {
    const attributes = { ...common, ...toAttributes(only.marks ?? {}) };
    insertString(text, spot.index, only.text, attributes);
  } else if (inlines.length > 0) {
    text.applyDelta([{ retain: spot.index }, ...inlineDelta(inlines, common)]);
  }
}

function unknownAttributes(attributes: Attributes): Attributes {
  const known: ReadonlySet<string> = new Set(MARK_NAMES);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !known.has(name)));
}

/** Turns marks on and off between two visible offsets of a block, fragment by fragment. */
export function formatBlock(
  text: Y.Text,
  block: FlowBlock,
  range: { readonly from: number; readonly to: number },
  change: MarkChange,
): void {
  const attributes = changeAttributes(change);
  let offset = 0;
  for (const fragment of block.fragments) {
    const parts = stretches(fragment, range.from - offset, range.to - offset);
    const first = parts[0];
    const last = parts.at(-1);
    if (first && last) {
      text.format(first.index, last.index + last.length - first.index, { ...attributes });
    }
    offset += fragment.visible;
  }
}

/** Marks to turn on (a link with its address) and marks to turn off. */
export interface MarkChange {
  readonly set?: Marks;
  readonly unset?: readonly MarkName[];
}

function changeAttributes({ set = {}, unset = [] }: MarkChange): Attributes {
  return { ...Object.fromEntries(unset.map((name) => [name, null])), ...toAttributes(set) };
}
