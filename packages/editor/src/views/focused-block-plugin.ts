import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { selectedBlocks } from '../schema/flow.ts';

/** Marks the block the caret is in with `has-caret`: an equation shows its TeX then. */
export function focusedBlockPlugin(): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc, selection }) => {
        const blocks = selectedBlocks(selection);
        const [block] = blocks;
        if (block === undefined || blocks.length > 1) return null;
        const end = block.pos + block.node.nodeSize;
        return DecorationSet.create(doc, [Decoration.node(block.pos, end, { class: 'has-caret' })]);
      },
    },
  });
}
