import type { PhrasingContent } from 'mdast';
import type { InlineInput, Marks } from '@plenary/report-model';

/** Phrasing content as inlines. What the sample does not use is a mistake in it, and throws. */
export function inlinesOf(nodes: readonly PhrasingContent[], marks: Marks = {}): InlineInput[] {
  return nodes.flatMap((node) => inlinesOfNode(node, marks));
}

function inlinesOfNode(node: PhrasingContent, marks: Marks): InlineInput[] {
  switch (node.type) {
    case 'text':
      return [{ kind: 'text', text: node.value.replaceAll(/\s+/g, ' '), marks }];
    case 'inlineCode':
      return [{ kind: 'text', text: node.value, marks: { ...marks, code: true } }];
    case 'inlineMath':
      return [{ kind: 'math', tex: node.value, marks }];
    case 'strong':
      return inlinesOf(node.children, { ...marks, bold: true });
    case 'emphasis':
      return inlinesOf(node.children, { ...marks, italic: true });
    case 'delete':
      return inlinesOf(node.children, { ...marks, strike: true });
    case 'link':
      return inlinesOf(node.children, { ...marks, link: { href: node.url } });
    case 'break':
      return [{ kind: 'break', marks }];
    case 'html':
    case 'image':
    case 'imageReference':
    case 'linkReference':
    case 'footnoteReference':
      throw new Error(`the sample has ${node.type} inside a paragraph`);
  }
}
