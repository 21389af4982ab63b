import {
  DOMParser,
  Fragment,
  type Node as ProseNode,
  type ParseOptions,
  Slice,
} from '@tiptap/pm/model';
import { chapterSchema } from '../schema/schema.ts';
import { flattenHtml } from './flatten-html.ts';

/** Reads pasted and dropped HTML: flattened and cleaned first, then by the schema's rules. */
class ChapterParser extends DOMParser {
  override parseSlice(dom: Node, options: ParseOptions = {}): Slice {
    const ownerDocument = dom.ownerDocument ?? document;
    return super.parseSlice(flattenHtml(dom, ownerDocument), options);
  }
}

/** The parser of what is pasted into a chapter. */
export const chapterParser: DOMParser = new ChapterParser(
  chapterSchema,
  DOMParser.fromSchema(chapterSchema).rules,
);

/** Pasted content with line breaks as the document has them: newlines in the text. */
export function withNewlines(slice: Slice): Slice {
  return new Slice(newlineFragment(slice.content), slice.openStart, slice.openEnd);
}

function newlineFragment(fragment: Fragment): Fragment {
  const nodes: ProseNode[] = [];
  fragment.forEach((node) => {
    if (node.type.name === 'hard_break') nodes.push(chapterSchema.text('\n', node.marks));
    else nodes.push(node.isLeaf ? node : node.copy(newlineFragment(node.content)));
  });
  return Fragment.from(nodes);
}
