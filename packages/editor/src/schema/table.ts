import type { NodeSpec } from '@tiptap/pm/model';
import { placeAttributes, placeFromDom, placeToDom } from './block-attributes.ts';

/*
 * A table is one block: its caption, which is the block's text in the model, above its grid. The
 * grid and its parts carry the roles of prosemirror-tables. Cells hold blocks, never tables.
 */
const cell: NodeSpec = {
  content: 'block+',
  attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
  isolating: true,
};

/** The table and its parts. */
export const tableSpecs: Record<string, NodeSpec> = {
  table: {
    content: 'table_caption table_grid',
    group: 'table_block',
    attrs: placeAttributes,
    isolating: true,
    parseDOM: [
      {
        tag: 'figure[data-table]',
        getAttrs: (element) => ({ ...placeFromDom(element) }),
      },
    ],
    toDOM: (node) => ['figure', { ...placeToDom(node), 'data-table': '' }, 0],
  },
  table_caption: {
    content: 'inline*',
    whitespace: 'pre',
    isolating: true,
    parseDOM: [{ tag: 'figcaption[data-table-caption]' }],
    toDOM: () => ['figcaption', { 'data-table-caption': '' }, 0],
  },
  table_grid: {
    content: 'table_row+',
    attrs: { widths: { default: null } },
    tableRole: 'table',
    isolating: true,
    parseDOM: [{ tag: 'table' }],
    toDOM: () => ['div', { class: 'table-scroll' }, ['table', ['tbody', 0]]],
  },
  table_row: {
    content: '(table_cell | table_header)+',
    tableRole: 'row',
    parseDOM: [{ tag: 'tr' }],
    toDOM: () => ['tr', 0],
  },
  table_cell: {
    ...cell,
    tableRole: 'cell',
    parseDOM: [{ tag: 'td' }],
    toDOM: () => ['td', 0],
  },
  table_header: {
    ...cell,
    tableRole: 'header_cell',
    parseDOM: [{ tag: 'th' }],
    toDOM: () => ['th', 0],
  },
};
