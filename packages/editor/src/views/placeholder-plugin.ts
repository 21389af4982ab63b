import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** Shows a hint in a chapter that holds nothing but one empty paragraph. */
export function placeholderPlugin(text: string): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        const only = doc.firstChild;
        const isEmpty =
          doc.childCount === 1 && only?.type.name === 'paragraph' && only.content.size === 0;
        if (!isEmpty) return null;
        const attributes = { 'data-placeholder': text };
        return DecorationSet.create(doc, [Decoration.node(0, only.nodeSize, attributes)]);
      },
    },
  });
}
