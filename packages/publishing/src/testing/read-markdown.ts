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
  if (node.type === 'blockquote') {
    return node.children.flatMap((child) => blocksIn(child, quotes + 1, lists));
  }
  if (node.type === 'list') {
    const children = node.children.flatMap((item) => item.children);
    return children.flatMap((child) => blocksIn(child, quotes, lists + 1));
  }
  if (node.type === 'table') {
    const cells = node.children.flatMap((row) => row.children);
    return cells.map((cell) => ({ type: 'tableCell', quotes, lists, words: wordsIn(cell) }));
  }
  return [{ type: node.type, quotes, lists, words: wordsIn(node) }];
}

function wordsIn(node: Nodes): string {
  if (node.type === 'break') return '\n';
  if (node.type === 'html') return node.value === '<br>' ? '\n' : '';
  if (node.type === 'image') return node.alt ?? '';
  if ('children' in node) return node.children.map(wordsIn).join('');
  return 'value' in node ? node.value : '';
}
