import type { Node } from '@tiptap/pm/model';
import type { NodeView } from '@tiptap/pm/view';
import { placeToDom } from '../schema/block-attributes.ts';
import { headingLevel } from '../schema/blocks.ts';

/** The deepest heading HTML has an element for. */
const DEEPEST = 6;

/**
 * A heading at its level in the page's outline: those of level 1 are drawn at `topLevel`. Its own
 * level stands in `data-level`, by which it is styled and read again.
 */
export function headingView(node: Node, topLevel: number): NodeView {
  const own = headingLevel(node.attrs['level']);
  const level = own + topLevel - 1;
  const dom = document.createElement(`h${Math.min(DEEPEST, level)}`);
  dom.setAttribute('data-level', String(own));
  if (level > DEEPEST) dom.setAttribute('aria-level', String(level));
  for (const [name, value] of Object.entries(placeToDom(node))) dom.setAttribute(name, value);
  return { dom, contentDOM: dom };
}
