import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { placeOf } from '../schema/block-attributes.ts';
import { isFlow } from '../schema/flow.ts';
import { changesTextOnly } from '../state/text-only.ts';
import { orderedNumbers } from './numbers.ts';

const numberingKey = new PluginKey<DecorationSet>('numbering');

/**
 * Gives each ordered list item its number as `data-number`, which the style sheet writes before it.
 * The numbers are decorations: they are nobody's edit, and follow by themselves.
 */
export function numberingPlugin(): Plugin<DecorationSet> {
  return new Plugin({
    key: numberingKey,
    state: {
      init: (_config, state) => numberDecorations(state.doc),
      apply: (tr: Transaction, decorations: DecorationSet) => {
        if (!tr.docChanged) return decorations;
        if (changesTextOnly(tr)) return decorations.map(tr.mapping, tr.doc);
        return numberDecorations(tr.doc);
      },
    },
    props: { decorations: (state) => numberingKey.getState(state) },
  });
}

function numberDecorations(doc: Node): DecorationSet {
  const decorations: Decoration[] = [];
  numberFlow(doc, 0, decorations);
  doc.descendants((node, pos) => {
    if (isFlow(node)) {
      numberFlow(node, pos + 1, decorations);
      return false;
    }
    // Only tables hold further flows.
    return !node.inlineContent;
  });
  return decorations.length === 0 ? DecorationSet.empty : DecorationSet.create(doc, decorations);
}

function numberFlow(flow: Node, start: number, decorations: Decoration[]): void {
  const places = flow.children.map((block) => placeOf(block.attrs));
  if (!places.some(({ list }) => list === 'ordered')) return;
  const numbers = orderedNumbers(places);
  let pos = start;
  for (const [index, block] of flow.children.entries()) {
    const number = numbers[index];
    if (number !== null && number !== undefined) {
      decorations.push(Decoration.node(pos, pos + block.nodeSize, { 'data-number': number }));
    }
    pos += block.nodeSize;
  }
}
