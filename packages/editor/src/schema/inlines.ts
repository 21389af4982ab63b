import type { NodeSpec } from '@tiptap/pm/model';

/** What stands inside a line: text, and atoms one position wide. */
export const inlineSpecs: Record<string, NodeSpec> = {
  text: { group: 'inline' },
  /**
   * A line break as HTML has it. In the document it is a newline in the text, whatever the block's
   * type; this node only stands for one between the browser and the next transaction.
   */
  hard_break: {
    group: 'inline',
    inline: true,
    selectable: false,
    leafText: () => '\n',
    parseDOM: [{ tag: 'br' }],
    toDOM: () => ['br'],
  },
  math: {
    group: 'inline',
    inline: true,
    atom: true,
    attrs: { tex: { default: '' } },
    leafText: (node) => `$${String(node.attrs['tex'])}$`,
    parseDOM: [
      {
        tag: 'span[data-math]',
        getAttrs: (element) => ({ tex: element.getAttribute('data-math') ?? '' }),
      },
    ],
    toDOM: (node) => {
      const tex = String(node.attrs['tex']);
      return ['span', { 'data-math': tex }, `$${tex}$`];
    },
  },
  /** An embed this version does not understand: shown by its description, kept as it is. */
  unknown_inline: {
    group: 'inline',
    inline: true,
    atom: true,
    attrs: { description: { default: '' } },
    toDOM: (node) => ['span', { 'data-unknown': String(node.attrs['description']) }],
  },
};
