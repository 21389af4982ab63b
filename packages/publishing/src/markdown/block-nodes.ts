import type {
  BlockContent,
  DefinitionContent,
  Heading,
  List,
  ListItem,
  PhrasingContent,
} from 'mdast';
import type { Block } from '@plenary/report-model';
import type { Nested, NestedItem } from '../nest.ts';
import { cleanLines, cleanText } from '../normalise.ts';
import type { Labels } from '../report.ts';
import { wordsOf } from '../runs.ts';
import { safePicture } from '../addresses.ts';
import { phrasing, textNodes } from './phrasing.ts';
import { tableNodes } from './table-nodes.ts';

/** What block nodes need to know beside the blocks. */
export type BlockContext = {
  readonly labels: Labels;
  readonly imageSource: (src: string) => string | null;
};

type Flow = BlockContent | DefinitionContent;

/** Headings in a chapter stand below the title of the report and that of the chapter. */
const LEVELS_ABOVE = 2;

/** The nodes of nested blocks. A block that Markdown cannot show (an empty paragraph) gives none. */
export function blockNodes(nodes: readonly Nested[], context: BlockContext): Flow[] {
  return nodes.flatMap((node): Flow[] => {
    switch (node.kind) {
      case 'block':
        return nodesOf(node.block, context);
      case 'quote':
        return [{ type: 'blockquote', children: blockNodes(node.children, context) }];
      case 'list':
        return [listNode(node.list === 'ordered', node.items, context)];
    }
  });
}

/** A heading with plain text; Markdown has six levels, deeper ones become the sixth. */
export function headingNode(depth: number, title: string): Heading {
  return { type: 'heading', depth: bounded(depth), children: textNodes(cleanText(title)) };
}

/** Unknown content as a block of code under a sentence saying so; it is never interpreted. */
export function unknownNode(description: string, context: BlockContext): Flow[] {
  return [
    { type: 'paragraph', children: [{ type: 'text', value: context.labels.unknown }] },
    { type: 'code', lang: null, value: description },
  ];
}

function nodesOf(block: Block, context: BlockContext): Flow[] {
  switch (block.type) {
    case 'paragraph':
      return paragraphNodes(phrasing(block.inlines));
    case 'heading': {
      const depth = bounded(block.level + LEVELS_ABOVE);
      return [{ type: 'heading', depth, children: phrasing(block.inlines, 'one-line') }];
    }
    case 'code': {
      const lang = /^[\w+#.-]+$/.test(block.lang) ? block.lang : null;
      return [{ type: 'code', lang, value: cleanLines(wordsOf(block.inlines)) }];
    }
    case 'image':
      return [...imageNodes(block, context), ...paragraphNodes(phrasing(block.inlines))];
    case 'equation':
      return [{ type: 'math', value: cleanLines(wordsOf(block.inlines)) }];
    case 'table':
      return [
        ...paragraphNodes(phrasing(block.inlines)),
        ...tableNodes(block.grid, (src) => pictureOf(src, context)),
      ];
    case 'rule':
      return [{ type: 'thematicBreak' }];
    case 'unknown':
      return unknownNode(cleanLines(block.description), context);
  }
}

function listNode(ordered: boolean, items: readonly NestedItem[], context: BlockContext): List {
  const isTight = items.every((item) => item.slice(1).every((node) => node.kind === 'list'));
  const children = items.map((item): ListItem => ({
    type: 'listItem',
    spread: !isTight,
    children: blockNodes(item, context),
  }));
  return { type: 'list', ordered, spread: !isTight, children };
}

function imageNodes(block: Block & { readonly type: 'image' }, context: BlockContext): Flow[] {
  const url = pictureOf(block.src, context);
  const alt = cleanText(block.alt);
  if (url === null) return paragraphNodes(textNodes(alt));
  return [{ type: 'paragraph', children: [{ type: 'image', url, alt, title: null }] }];
}

function pictureOf(src: string, context: BlockContext): string | null {
  const address = context.imageSource(src);
  return address === null ? null : safePicture(address);
}

function paragraphNodes(children: PhrasingContent[]): Flow[] {
  return children.length === 0 ? [] : [{ type: 'paragraph', children }];
}

function bounded(depth: number): Heading['depth'] {
  return Math.max(1, Math.min(6, Math.trunc(depth))) as Heading['depth'];
}
