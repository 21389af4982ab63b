import type { List, RootContent, Table } from 'mdast';
import type { BlockInput, HeadingLevel, TableInput } from '@plenary/report-model';
import { inlinesOf } from './markdown-inlines.ts';

/** Turns the name of one of the sample's pictures into its address. */
export type FileUrl = (name: string) => string;

/** Where a node stands: how many lists and quotes around it. */
type Level = { readonly indent: number; readonly quote: number };

const TOP: Level = { indent: 0, quote: 0 };
/** A chapter's title is above its headings, so `##` in a file is a heading of the first level. */
const LEVELS_ABOVE = 1;
const CAPTION = 'Table: ';

/**
 * Blocks of the nodes of a chapter. A paragraph that begins with `Table: ` is the caption of the
 * table after it, and a picture alone in a paragraph is a figure whose title is the caption.
 */
export function blocksOf(
  nodes: readonly RootContent[],
  fileUrl: FileUrl,
  level: Level = TOP,
): BlockInput[] {
  return nodes.flatMap((node, index): BlockInput[] => {
    const next = nodes[index + 1];
    if (node.type === 'table') return [tableBlock(node, nodes[index - 1])];
    if (next?.type === 'table' && isCaption(node)) return [];
    return blocksOfNode(node, fileUrl, level);
  });
}

function blocksOfNode(node: RootContent, fileUrl: FileUrl, level: Level): BlockInput[] {
  switch (node.type) {
    case 'paragraph': {
      const [only] = node.children;
      if (only?.type !== 'image') return [{ ...level, inlines: inlinesOf(node.children) }];
      const inlines = inlinesOf([{ type: 'text', value: only.title ?? '' }]);
      return [{ type: 'image', src: fileUrl(only.url), alt: only.alt ?? '', inlines }];
    }
    case 'heading': {
      const depth = Math.max(1, node.depth - LEVELS_ABOVE) as HeadingLevel;
      return [{ type: 'heading', level: depth, inlines: inlinesOf(node.children) }];
    }
    case 'blockquote':
      return blocksOf(node.children, fileUrl, { ...level, quote: level.quote + 1 });
    case 'list':
      return listBlocks(node, fileUrl, level);
    case 'code': {
      const inlines = [{ kind: 'text', text: node.value } as const];
      return [{ ...level, type: 'code', lang: node.lang ?? '', inlines }];
    }
    case 'math':
      return [{ ...level, type: 'equation', inlines: [{ kind: 'text', text: node.value }] }];
    case 'thematicBreak':
      return [{ ...level, type: 'rule' }];
    case 'break':
    case 'definition':
    case 'delete':
    case 'emphasis':
    case 'footnoteDefinition':
    case 'footnoteReference':
    case 'html':
    case 'image':
    case 'imageReference':
    case 'inlineCode':
    case 'inlineMath':
    case 'link':
    case 'linkReference':
    case 'listItem':
    case 'strong':
    case 'table':
    case 'tableCell':
    case 'tableRow':
    case 'text':
    case 'yaml':
      throw new Error(`the sample has ${node.type} between its blocks`);
  }
}

function listBlocks(node: List, fileUrl: FileUrl, level: Level): BlockInput[] {
  const list = node.ordered === true ? 'ordered' : 'bullet';
  return node.children.flatMap((item) => {
    const inside = blocksOf(item.children, fileUrl, { ...level, indent: level.indent + 1 });
    const [first, ...others] = inside;
    return [{ ...first, list, indent: level.indent } as const, ...others];
  });
}

function tableBlock(node: Table, before: RootContent | undefined): BlockInput {
  const rows = node.children.map((row, index) => ({
    header: index === 0,
    cells: row.children.map((cell) => [{ inlines: inlinesOf(cell.children) }]),
  }));
  const table: TableInput = { rows };
  if (before === undefined || !isCaption(before)) return { table };
  const [first, ...others] = inlinesOf(before.children);
  if (first?.kind !== 'text') throw new Error('a caption begins with text');
  return { table, inlines: [{ ...first, text: first.text.slice(CAPTION.length) }, ...others] };
}

function isCaption(node: RootContent): node is Extract<RootContent, { type: 'paragraph' }> {
  if (node.type !== 'paragraph') return false;
  const [first] = node.children;
  return first?.type === 'text' && first.value.startsWith(CAPTION);
}
