import type { Block, Inline, Marks, TableGrid } from '@plenary/report-model';
import { Fragment, type Mark, type Node } from '@tiptap/pm/model';
import { chapterSchema } from '../schema/schema.ts';
import { unreachable } from '../schema/unreachable.ts';

const { nodes, marks: markTypes } = chapterSchema;

/** The whole flow as nodes, in order. */
export function nodesOfBlocks(blocks: readonly Block[], isInCell = false): Node[] {
  return blocks.map((block) => nodeOfBlock(block, isInCell));
}

/**
 * The node that shows a block. A table inside a cell, which no editor of ours makes, is shown as
 * unknown content with its caption.
 */
export function nodeOfBlock(block: Block, isInCell = false): Node {
  const inlines = fragmentOfInlines(block.inlines);
  const place = { list: block.list, indent: block.indent, quote: block.quote };
  switch (block.type) {
    case 'paragraph':
    case 'equation':
    case 'rule': {
      return nodes[block.type]!.create(place, inlines);
    }
    case 'heading': {
      return nodes['heading']!.create({ ...place, level: block.level }, inlines);
    }
    case 'code': {
      return nodes['code_block']!.create({ ...place, lang: block.lang }, inlines);
    }
    case 'image': {
      const { src, alt, width } = block;
      return nodes['image']!.create({ ...place, src, alt, width }, inlines);
    }
    case 'unknown': {
      return nodes['unknown']!.create({ ...place, description: block.description }, inlines);
    }
    case 'table': {
      if (isInCell) return nodes['unknown']!.create({ ...place, description: '' }, inlines);
      const caption = nodes['table_caption']!.create(null, inlines);
      return nodes['table']!.create(place, [caption, nodeOfGrid(block.grid)]);
    }
    default: {
      return unreachable(block);
    }
  }
}

/** Inline content as text nodes and atoms; breaks become newlines. */
export function fragmentOfInlines(inlines: readonly Inline[]): Fragment {
  return Fragment.from(inlines.flatMap((inline) => nodesOfInline(inline)));
}

/** The marks as the schema has them, in its order. */
export function marksOfModel(marks: Marks): readonly Mark[] {
  let set: readonly Mark[] = [];
  for (const [name, value] of Object.entries(marks)) {
    const type = markTypes[name];
    if (type !== undefined && value !== undefined) {
      set = type.create(typeof value === 'object' ? value : null).addToSet(set);
    }
  }
  return set;
}

function nodesOfInline(inline: Inline): Node[] {
  const marks = marksOfModel(inline.marks);
  switch (inline.kind) {
    case 'text': {
      return inline.text === '' ? [] : [chapterSchema.text(inline.text, marks)];
    }
    case 'break': {
      return [chapterSchema.text('\n', marks)];
    }
    case 'math': {
      return [nodes['math']!.create({ tex: inline.tex }, null, marks)];
    }
    case 'unknown': {
      const { description } = inline;
      return [nodes['unknown_inline']!.create({ description }, null, marks)];
    }
    default: {
      return unreachable(inline);
    }
  }
}

function nodeOfGrid(grid: TableGrid): Node {
  const rows = grid.rows.map((row, rowIndex) => {
    const cells = grid.columns.map((column, columnIndex) => {
      const isHeader = row.header || column.header;
      const blocks = grid.cells[rowIndex]?.[columnIndex]?.blocks ?? [];
      const content =
        blocks.length === 0 ? [nodes['paragraph']!.create()] : nodesOfBlocks(blocks, true);
      return nodes[isHeader ? 'table_header' : 'table_cell']!.create(null, content);
    });
    return nodes['table_row']!.create(null, cells);
  });
  const widths = grid.columns.map(({ width }) => width);
  return nodes['table_grid']!.create(
    { widths: widths.every((width) => width === null) ? null : widths.join(' ') },
    rows,
  );
}
