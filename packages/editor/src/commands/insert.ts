import type { Node } from '@tiptap/pm/model';
import { type Command, NodeSelection, Selection, TextSelection } from '@tiptap/pm/state';
import { placeOf } from '../schema/block-attributes.ts';
import { blockAround, isFlow } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';

/** The largest table a person can insert at once; rows and columns can be added after. */
export const MAX_TABLE_SIDE = 50;

/**
 * Puts a block after the one the selection is in, or in its place when that is an empty paragraph.
 * The caret goes into the new block's text, for a rule into a paragraph after it.
 */
export function insertBlock(node: Node): Command {
  return (state, dispatch) => {
    const block = blockAround(state.selection.$to);
    if (block === null) return false;
    if (dispatch) {
      const { indent, quote } = placeOf(block.node.attrs);
      const placed = node.type.create({ ...node.attrs, indent, quote }, node.content);
      const replacesEmpty = block.node.type.name === 'paragraph' && block.node.content.size === 0;
      const after = block.pos + block.node.nodeSize;
      const start = replacesEmpty ? block.pos : after;
      const tr = state.tr;
      const flow = state.doc.resolve(block.pos).parent;
      const isLast = block.index === flow.childCount - 1;
      const needsParagraph =
        isLast && ['rule', 'table', 'image', 'equation'].includes(node.type.name);
      const inserted = needsParagraph
        ? [placed, chapterSchema.nodes['paragraph']!.create({ indent, quote })]
        : [placed];
      tr.replaceWith(start, after, inserted);
      const into = node.type.name === 'rule' ? start + placed.nodeSize + 1 : start + 1;
      tr.setSelection(Selection.near(tr.doc.resolve(Math.min(into, tr.doc.content.size))));
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

/** Inserts a line across the page. */
export const insertRule: Command = (state, dispatch, view) =>
  insertBlock(chapterSchema.nodes['rule']!.create())(state, dispatch, view);

/** Inserts a displayed equation; its TeX is typed in place. */
export const insertEquation: Command = (state, dispatch, view) =>
  insertBlock(chapterSchema.nodes['equation']!.create())(state, dispatch, view);

/** Inserts an image that is already on the server. */
export function insertImage(image: { readonly src: string; readonly alt: string }): Command {
  return insertBlock(chapterSchema.nodes['image']!.create({ src: image.src, alt: image.alt }));
}

/**
 * Inserts an inline formula from the selected text, or an empty one, and selects it, which opens
 * its field.
 */
export const insertMath: Command = (state, dispatch) => {
  const { $from, $to, from, to } = state.selection;
  if (
    !$from.sameParent($to) ||
    !$from.parent.inlineContent ||
    $from.parent.type.spec.code === true
  ) {
    return false;
  }
  if (dispatch) {
    const tex = state.doc.textBetween(from, to);
    const tr = state.tr.replaceSelectionWith(chapterSchema.nodes['math']!.create({ tex }), true);
    dispatch(tr.setSelection(NodeSelection.create(tr.doc, tr.mapping.map(from, -1))));
  }
  return true;
};

/** Inserts a table with a header row. False inside a table: cells hold no tables. */
export function insertTable(size: { readonly rows: number; readonly columns: number }): Command {
  return (state, dispatch, view) => {
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth--) {
      if (isFlow($from.node(depth))) return false;
    }
    if (!isSide(size.rows) || !isSide(size.columns)) return false;
    return insertBlock(emptyTable(size))(
      state,
      dispatch &&
        ((tr) => {
          // Past the caption, into the first cell.
          const table = tr.selection.$from.node(1);
          if (table.type.name === 'table') {
            const cell = tr.selection.$from.before(1) + table.firstChild!.nodeSize + 1;
            tr.setSelection(TextSelection.near(tr.doc.resolve(cell + 2)));
          }
          dispatch(tr);
        }),
      view,
    );
  };
}

/** A table of empty cells whose first row is a header row. */
export function emptyTable(size: { readonly rows: number; readonly columns: number }): Node {
  const { nodes } = chapterSchema;
  const rows = Array.from({ length: size.rows }, (_, row) => {
    const type = row === 0 && size.rows > 1 ? nodes['table_header']! : nodes['table_cell']!;
    const cells = Array.from({ length: size.columns }, () => type.createAndFill()!);
    return nodes['table_row']!.create(null, cells);
  });
  return nodes['table']!.create(null, [
    nodes['table_caption']!.create(),
    nodes['table_grid']!.create(null, rows),
  ]);
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_TABLE_SIDE;
}
