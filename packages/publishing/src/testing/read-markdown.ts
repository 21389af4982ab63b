import type { Nodes, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { mathFromMarkdown } from 'mdast-util-math';
import { gfm } from 'micromark-extension-gfm';
import { math } from 'micromark-extension-math';

/** A block as a Markdown reader finds it: what it is, in how many quotes and lists, and its words. */
export type ReadBlock = {
  readonly type: RootContent['type'];
  readonly quotes: number;
  readonly lists: number;
  readonly words: string;
};

/** Reads GitHub-flavoured Markdown with mathematics, and lists its blocks in order. */
export function readMarkdown(source: string): readonly ReadBlock[] {
  const root = fromMarkdown(source, {
    extensions: [gfm(), math()],
    mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown()],
  });
  return root.children.flatMap((node) => blocksIn(node, 0, 0));
}

function blocksIn(node: RootContent, quotes: number, lists: number): readonly ReadBlock[] {
  switch (node.type) {
    case 'blockquote':
      return node.children.flatMap((child) => blocksIn(child, quotes + 1, lists));
    case 'list':
      return node.children.flatMap((item) =>
        item.children.flatMap((child) => blocksIn(child, quotes, lists + 1)),
      );
    case 'table':
      return node.children.flatMap((row) =>
        row.children.map((cell) => ({ type: 'tableCell', quotes, lists, words: wordsIn(cell) })),
      );
    default:
      return [{ type: node.type, quotes, lists, words: wordsIn(node) }];
  }
}

function wordsIn(node: Nodes): string {
  switch (node.type) {
    case 'text':
    case 'inlineCode':
    case 'inlineMath':
    case 'code':
    case 'math':
      return node.value;
    case 'break':
      return '\n';
    case 'html':
      return node.value === '<br>' ? '\n' : '';
    case 'image':
      return node.alt ?? '';
    default:
      return 'children' in node ? node.children.map(wordsIn).join('') : '';
  }
}
