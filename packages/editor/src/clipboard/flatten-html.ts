import { MAX_INDENT } from '../schema/block-attributes.ts';
import { ownImageSource, safeHref } from '../schema/safe-address.ts';

/** Elements nested deeper than this are read as their text: nobody writes them, only attacks. */
const MAX_NESTING = 60;

/** Elements that hold no content of a report. */
const DROPPED = new Set(
  'script style template noscript object embed iframe frame link meta base title head svg canvas video audio button input select textarea'.split(
    ' ',
  ),
);

const BLOCKS = new Set('p h1 h2 h3 h4 h5 h6 pre figure table hr'.split(' '));

const CONTAINERS = new Set(
  'ul ol li blockquote div section article main header footer aside body dl dt dd center address details summary'.split(
    ' ',
  ),
);

interface Place {
  readonly list: 'bullet' | 'ordered' | null;
  /** Levels of lists around. */
  readonly lists: number;
  readonly quote: number;
}

/**
 * HTML from anywhere as the flat blocks of the schema: real lists and quotations become attributes
 * of the blocks in them, what has no place in a report is dropped, images from elsewhere become
 * links (a picture is never fetched from another host). `root`'s children are read, not changed;
 * the result is a new element of `ownerDocument`, to be parsed by the schema's rules.
 *
 * The elements stay inert: they are made in the document of `root`, which for the clipboard is a
 * detached one.
 */
export function flattenHtml(root: Node, ownerDocument: Document): HTMLElement {
  const output = ownerDocument.createElement('div');
  const slice = root instanceof Element ? root.querySelector('[data-pm-slice]') : null;
  const source = withLooseRowsInTable(root, ownerDocument);
  walkBlocks(source, { list: null, lists: 0, quote: 0 }, { output, ownerDocument, depth: 0 });
  const first = output.firstElementChild;
  const sliceInfo = slice?.getAttribute('data-pm-slice');
  // How far a slice is open says nothing about a table, which was given a caption and a frame here.
  if (first !== null && first.localName !== 'figure' && typeof sliceInfo === 'string') {
    first.setAttribute('data-pm-slice', sliceInfo);
  }
  return output;
}

/** Rows without a table around them, which is how the view hands over cells copied in a chapter. */
function withLooseRowsInTable(root: Node, ownerDocument: Document): Node {
  const isRow = (node: Node): boolean => node instanceof Element && node.localName === 'tr';
  const rows = Array.from(root.childNodes).filter(isRow);
  if (rows.length === 0) return root;
  const table = ownerDocument.createElement('table');
  table.append(...rows.map((row) => row.cloneNode(true)));
  const holder = ownerDocument.createElement('div');
  holder.append(table);
  return holder;
}

interface Target {
  readonly output: HTMLElement;
  readonly ownerDocument: Document;
  readonly depth: number;
}

function walkBlocks(parent: Node, place: Place, target: Target): void {
  const { output, ownerDocument, depth } = target;
  if (depth > MAX_NESTING) {
    appendParagraph(target, place, [ownerDocument.createTextNode(parent.textContent ?? '')]);
    return;
  }
  let inlines: Node[] = [];
  let isFirst = true;
  const itemPlace = (): Place => {
    // Only the first block of a list item has its bullet; the next ones stand inside the item.
    const current = isFirst ? place : { ...place, list: null };
    isFirst = false;
    return current;
  };
  const flush = (): void => {
    if (inlines.some((node) => !isBlank(node))) {
      const isPlain = place.list === null && place.lists === 0 && place.quote === 0;
      // Loose text stays loose, so that it is pasted into the line where the caret is.
      if (isPlain && depth === 0) for (const node of inlines) output.append(node);
      else appendParagraph(target, itemPlace(), inlines);
    }
    inlines = [];
  };
  for (const child of parent.childNodes) {
    if (!(child instanceof Element)) {
      if (child.nodeType === 3) inlines.push(child.cloneNode());
      continue;
    }
    const name = child.localName;
    if (DROPPED.has(name)) continue;
    if (isBlock(child)) {
      flush();
      appendBlock(child, itemPlace(), target);
    } else if (CONTAINERS.has(name) || holdsBlocks(child)) {
      flush();
      const inner = innerPlace(child, isFirst ? place : { ...place, list: null });
      walkBlocks(child, inner, { ...target, depth: depth + 1 });
      if (name !== 'ul' && name !== 'ol') isFirst = false;
    } else inlines.push(cleanInline(child, ownerDocument, depth));
  }
  flush();
}

/** The place of what stands in a container. */
function innerPlace(container: Element, place: Place): Place {
  const name = container.localName;
  if (name === 'ul' || name === 'ol') {
    return { ...place, list: null, lists: Math.min(MAX_INDENT + 1, place.lists + 1) };
  }
  if (name === 'li') {
    const isOrdered = container.parentElement?.localName === 'ol';
    const lists = Math.max(1, place.lists);
    return { ...place, lists, list: isOrdered ? 'ordered' : 'bullet' };
  }
  if (name === 'blockquote') return { ...place, quote: Math.min(MAX_INDENT, place.quote + 1) };
  return place;
}

function appendParagraph(target: Target, place: Place, inlines: readonly Node[]): void {
  const paragraph = target.ownerDocument.createElement('p');
  paragraph.append(...inlines);
  setPlace(paragraph, place);
  target.output.append(paragraph);
}

function appendBlock(block: Element, place: Place, target: Target): void {
  const { ownerDocument, output } = target;
  if (block.localName === 'figure' && block.hasAttribute('data-table')) {
    const caption = block.querySelector('[data-table-caption]');
    const table = block.querySelector('table');
    if (table !== null) output.append(tableFigure({ table, caption, place }, target));
    return;
  }
  if (block.localName === 'table') {
    const caption = block.querySelector('caption');
    output.append(tableFigure({ table: block, caption, place }, target));
    return;
  }
  const isOwnFigure = block.localName === 'figure' && block.hasAttribute('data-image');
  if (block.localName === 'figure' && !isOwnFigure) {
    walkBlocks(block, place, { ...target, depth: target.depth + 1 });
    return;
  }
  const copy = cleanInline(block, ownerDocument, target.depth) as HTMLElement;
  setPlace(copy, place);
  output.append(copy);
}

function tableFigure(
  parts: { table: Element; caption: Element | null; place: Place },
  target: Target,
): HTMLElement {
  const { ownerDocument, depth } = target;
  const figure = ownerDocument.createElement('figure');
  figure.setAttribute('data-table', '');
  setPlace(figure, parts.place);
  const caption = ownerDocument.createElement('figcaption');
  caption.setAttribute('data-table-caption', '');
  if (parts.caption !== null) {
    for (const child of parts.caption.childNodes) {
      caption.append(cleanInline(child, ownerDocument, depth + 1));
    }
  }
  const table = ownerDocument.createElement('table');
  for (const row of parts.table.querySelectorAll('tr')) {
    if (row.closest('table') !== parts.table) continue;
    const line = ownerDocument.createElement('tr');
    for (const cell of row.children) {
      if (cell.localName !== 'td' && cell.localName !== 'th') continue;
      const copy = ownerDocument.createElement(cell.localName);
      // Tables in cells have no place: their texts stay, one paragraph a cell.
      const inner = { list: null, lists: 0, quote: 0 } as const;
      walkCell(cell, inner, { output: copy, ownerDocument, depth: depth + 1 });
      line.append(copy);
    }
    table.append(line);
  }
  figure.append(caption, table);
  return figure;
}

function walkCell(cell: Element, place: Place, target: Target): void {
  const nested = [...cell.querySelectorAll('table')];
  if (nested.length === 0) {
    walkBlocks(cell, place, target);
    return;
  }
  for (const line of (cell.textContent ?? '').split(/\n+/u)) {
    const text = line.trim();
    if (text !== '') appendParagraph(target, place, [target.ownerDocument.createTextNode(text)]);
  }
}

function setPlace(element: Element, { list, lists, quote }: Place): void {
  const indent = list === null ? lists : lists - 1;
  if (list !== null) element.setAttribute('data-list', list);
  if (indent > 0) element.setAttribute('data-indent', String(Math.min(MAX_INDENT, indent)));
  if (quote > 0) element.setAttribute('data-quote', String(quote));
}

/** A copy of inline content with what is unsafe left away. */
function cleanInline(node: Node, ownerDocument: Document, depth: number): Node {
  if (!(node instanceof Element)) {
    return ownerDocument.createTextNode(node.nodeType === 3 ? (node.nodeValue ?? '') : '');
  }
  const name = node.localName;
  if (DROPPED.has(name)) return ownerDocument.createTextNode('');
  if (name === 'img' && ownImageSource(node.getAttribute('src')) === null) {
    return foreignImage(node, ownerDocument);
  }
  if (depth > MAX_NESTING) return ownerDocument.createTextNode(node.textContent ?? '');
  const copy = node.cloneNode(false) as Element;
  for (const attribute of Array.from(copy.attributes)) {
    if (attribute.name.startsWith('on')) copy.removeAttribute(attribute.name);
  }
  for (const child of node.childNodes) copy.append(cleanInline(child, ownerDocument, depth + 1));
  return copy;
}

/** An image of another host as a link to it, named by its description. */
function foreignImage(image: Element, ownerDocument: Document): Node {
  const source = image.getAttribute('src') ?? '';
  const href = /^https?:/iu.test(source) ? safeHref(source) : null;
  const text = image.getAttribute('alt') ?? '';
  if (href === null) return ownerDocument.createTextNode(text);
  const link = ownerDocument.createElement('a');
  link.setAttribute('href', href);
  link.textContent = text === '' ? href : text;
  return link;
}

function isBlock(element: Element): boolean {
  return (
    BLOCKS.has(element.localName) ||
    element.hasAttribute('data-equation') ||
    element.hasAttribute('data-rule')
  );
}

function holdsBlocks(element: Element): boolean {
  return (
    element.querySelector('p,h1,h2,h3,h4,h5,h6,pre,table,ul,ol,blockquote,div,hr,figure') !== null
  );
}

function isBlank(node: Node): boolean {
  return node.nodeType === 3 && (node.nodeValue ?? '').trim() === '';
}
