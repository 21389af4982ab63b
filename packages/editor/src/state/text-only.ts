import type { Transaction } from '@tiptap/pm/state';
import { AddMarkStep, RemoveMarkStep, ReplaceStep } from '@tiptap/pm/transform';

/**
 * Whether a transaction leaves all blocks as they are and only changes text inside them, so that
 * what was computed from the blocks still holds.
 */
export function changesTextOnly(tr: Transaction): boolean {
  return tr.steps.every((step, index) => {
    if (step instanceof AddMarkStep || step instanceof RemoveMarkStep) return true;
    if (!(step instanceof ReplaceStep)) return false;
    const { slice, from, to } = step;
    if (slice.openStart > 0 || slice.openEnd > 0) return false;
    if (slice.content.childCount > 0 && !slice.content.firstChild!.isInline) return false;
    const $from = tr.docs[index]!.resolve(from);
    return $from.parent.inlineContent && to <= $from.end();
  });
}
