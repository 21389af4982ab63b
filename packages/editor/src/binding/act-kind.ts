import { type Transaction } from '@tiptap/pm/state';
import { ReplaceStep, type Step } from '@tiptap/pm/transform';

/** `writing` goes on while it goes on; anything else is an act of its own. */
export type ActKind = 'writing' | 'other';

/**
 * What kind of act a transaction is: `writing` puts letters into one block or takes some away there.
 * Pasting, dropping and cutting are acts of their own, whatever they bring.
 */
export function actKind(tr: Transaction): ActKind {
  if (tr.getMeta('uiEvent') !== undefined) return 'other';
  const isWriting = tr.steps.every((step, index) => {
    const doc = tr.docs[index]!;
    return isInOneText(step) && doc.resolve(step.from).sameParent(doc.resolve(step.to));
  });
  return isWriting ? 'writing' : 'other';
}

function isInOneText(step: Step): step is ReplaceStep {
  if (!(step instanceof ReplaceStep)) return false;
  const { openStart, openEnd, content } = step.slice;
  return openStart === 0 && openEnd === 0 && content.content.every(({ isInline }) => isInline);
}
