import { DOMSerializer, type Fragment, type Node as ProseNode } from '@tiptap/pm/model';
import { type BlockPlace, placeOf } from '../schema/block-attributes.ts';
import { chapterSchema } from '../schema/schema.ts';

type Target = HTMLElement | DocumentFragment;

/**
 * Writes copied content as HTML that other programs understand: flat list items and quotations
 * become real nested lists and blockquotes. {@link flattenHtml} reads it back as it was.
 */
class ChapterSerializer extends DOMSerializer {
  override serializeFragment(
    fragment: Fragment,
    options: { document?: Document } = {},
    target?: Target,
  ): Target {
    const ownerDocument = options.document ?? document;
    const output = target ?? ownerDocument.createDocumentFragment();
    const isBlocks = fragment.firstChild !== null && 'list' in fragment.firstChild.attrs;
    if (!isBlocks) {
      super.serializeFragment(fragment, options, output);
      return output;
    }
    const nest = new Nest(output, ownerDocument);
    fragment.forEach((block) => {
      nest.add(placeOf(block.attrs), this.#plainBlock(block, ownerDocument));
    });
    return output;
  }

  #plainBlock(block: ProseNode, ownerDocument: Document): Node {
    const plain = block.type.create(
      { ...block.attrs, list: null, indent: 0, quote: 0 },
      block.content,
    );
    const dom = this.serializeNode(plain, { document: ownerDocument });
    if (block.type.spec.code !== true) breakLines(dom, ownerDocument);
    return dom;
  }
}

/** The open lists and quotations while blocks are written one after the other. */
class Nest {
  readonly #root: Target;
  readonly #document: Document;
  #quotes: HTMLElement[] = [];
  #lists: { readonly list: HTMLElement; item: HTMLElement }[] = [];

  constructor(root: Target, ownerDocument: Document) {
    this.#root = root;
    this.#document = ownerDocument;
  }

  add({ list, indent, quote }: BlockPlace, dom: Node): void {
    if (quote !== this.#quotes.length) this.#openQuotes(quote);
    if (list === null) {
      this.#lists.length = Math.min(this.#lists.length, indent);
      this.#container().append(dom);
      return;
    }
    const name = list === 'ordered' ? 'ol' : 'ul';
    this.#lists.length = Math.min(this.#lists.length, indent + 1);
    if (this.#lists.length === indent + 1 && this.#lists[indent]!.list.localName !== name) {
      this.#lists.length = indent;
    }
    while (this.#lists.length <= indent) {
      const element = this.#document.createElement(name);
      this.#container().append(element);
      const item = this.#document.createElement('li');
      // A level nobody wrote an item for has an item of its own to hold the deeper list.
      element.append(item);
      this.#lists.push({ list: element, item });
      if (this.#lists.length === indent + 1) {
        item.append(dom);
        return;
      }
    }
    const level = this.#lists[indent]!;
    level.item = this.#document.createElement('li');
    level.list.append(level.item);
    level.item.append(dom);
  }

  #openQuotes(depth: number): void {
    this.#lists = [];
    this.#quotes.length = Math.min(this.#quotes.length, depth);
    while (this.#quotes.length < depth) {
      const element = this.#document.createElement('blockquote');
      this.#container().append(element);
      this.#quotes.push(element);
    }
  }

  #container(): Target {
    return this.#lists.at(-1)?.item ?? this.#quotes.at(-1) ?? this.#root;
  }
}

/** The serializer of what is copied out of a chapter. */
export const chapterSerializer: DOMSerializer = new ChapterSerializer(
  DOMSerializer.nodesFromSchema(chapterSchema),
  DOMSerializer.marksFromSchema(chapterSchema),
);

/** Newlines in text as `<br>`. */
function breakLines(dom: Node, ownerDocument: Document): void {
  for (const child of Array.from(dom.childNodes)) {
    if (child.nodeType !== 3) {
      breakLines(child, ownerDocument);
      continue;
    }
    const lines = (child.nodeValue ?? '').split('\n');
    if (lines.length === 1) continue;
    const parts = lines.flatMap((line, index) => [
      ...(index === 0 ? [] : [ownerDocument.createElement('br')]),
      ...(line === '' ? [] : [ownerDocument.createTextNode(line)]),
    ]);
    child.replaceWith(...parts);
  }
}
