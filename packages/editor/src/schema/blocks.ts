import type { HeadingLevel } from '@plenary/report-model';
import type { NodeSpec } from '@tiptap/pm/model';
import { placeAttributes, placeFromDom, placeToDom } from './block-attributes.ts';
import { ownImageSource } from './safe-address.ts';

/*
 * Every block takes any inline content and any mark: what two people did at the same time (one
 * turned a paragraph into code, the other made a word bold) must be shown, not refused. Commands
 * keep to what makes sense; the style sheet shows the rest quietly.
 *
 * `whitespace: 'pre'` because a text may hold line breaks whatever its block's type.
 */
const textblock = {
  content: 'inline*',
  group: 'block',
  whitespace: 'pre',
  defining: true,
} as const;

const HEADING_LEVELS = [1, 2, 3, 4, 5, 6] as const;

/** The block types that hold text, a caption or TeX; the table is in `table.ts`. */
export const blockSpecs: Record<string, NodeSpec> = {
  paragraph: {
    ...textblock,
    defining: false,
    attrs: placeAttributes,
    parseDOM: [{ tag: 'p', getAttrs: (element) => ({ ...placeFromDom(element) }) }],
    toDOM: (node) => ['p', placeToDom(node), 0],
  },
  heading: {
    ...textblock,
    attrs: { ...placeAttributes, level: { default: 1, validate: 'number' } },
    parseDOM: HEADING_LEVELS.map((level) => ({
      tag: `h${level}`,
      getAttrs: (element) => ({ ...placeFromDom(element), level: ownLevel(element, level) }),
    })),
    toDOM: (node) => [`h${headingLevel(node.attrs['level'])}`, placeToDom(node), 0],
  },
  code_block: {
    ...textblock,
    code: true,
    attrs: { ...placeAttributes, lang: { default: '' } },
    parseDOM: [
      {
        tag: 'pre',
        preserveWhitespace: 'full',
        getAttrs: (element) => ({
          ...placeFromDom(element),
          lang: element.getAttribute('data-lang') ?? '',
        }),
      },
    ],
    toDOM: (node) => {
      const lang: unknown = node.attrs['lang'];
      const attributes = placeToDom(node);
      if (typeof lang === 'string' && lang !== '') attributes['data-lang'] = lang;
      return ['pre', { ...attributes, spellcheck: 'false' }, ['code', 0]];
    },
  },
  image: {
    ...textblock,
    attrs: {
      ...placeAttributes,
      src: { default: '' },
      alt: { default: '' },
      /** Per cent of the column, or null for the image's own width. */
      width: { default: null },
    },
    parseDOM: [
      {
        tag: 'figure[data-image]',
        contentElement: 'figcaption',
        getAttrs: (element) => ({ ...placeFromDom(element), ...imageAttributes(element) }),
      },
    ],
    toDOM: (node) => [
      'figure',
      { ...placeToDom(node), 'data-image': String(node.attrs['width'] ?? '') },
      ['img', imageToDom(node.attrs)],
      ['figcaption', 0],
    ],
  },
  equation: {
    ...textblock,
    code: true,
    attrs: placeAttributes,
    parseDOM: [
      {
        tag: 'div[data-equation]',
        preserveWhitespace: 'full',
        getAttrs: (element) => ({ ...placeFromDom(element) }),
      },
    ],
    toDOM: (node) => ['div', { ...placeToDom(node), 'data-equation': '' }, ['code', 0]],
  },
  rule: {
    ...textblock,
    attrs: placeAttributes,
    parseDOM: [{ tag: 'hr' }, { tag: 'div[data-rule]' }],
    toDOM: (node) => [
      'div',
      { ...placeToDom(node), 'data-rule': '' },
      ['hr', { contenteditable: 'false' }],
      ['div', { class: 'rule-text' }, 0],
    ],
  },
  /** What this version does not understand: its text is shown and kept. */
  unknown: {
    ...textblock,
    attrs: { ...placeAttributes, description: { default: '' } },
    toDOM: (node) => [
      'div',
      { ...placeToDom(node), 'data-unknown': String(node.attrs['description']) },
      0,
    ],
  },
};

/** A heading's level as it can be shown: a whole number from 1 to 6, else 1. */
export function headingLevel(value: unknown): HeadingLevel {
  return HEADING_LEVELS.find((level) => level === value) ?? 1;
}

/** On the page headings may stand lower than their own level, which they then name. */
function ownLevel(element: HTMLElement, level: HeadingLevel): HeadingLevel {
  const named = Number(element.getAttribute('data-level') ?? level);
  return HEADING_LEVELS.find((known) => known === named) ?? level;
}

function imageAttributes(element: HTMLElement): Record<string, unknown> {
  const image = element.querySelector('img');
  const width = Number.parseInt(element.getAttribute('data-image') ?? '', 10);
  return {
    src: ownImageSource(image?.getAttribute('src')) ?? '',
    alt: image?.getAttribute('alt') ?? '',
    width: width >= 1 && width <= 100 ? width : null,
  };
}

function imageToDom(attrs: Record<string, unknown>): Record<string, string> {
  const source = ownImageSource(attrs['src']);
  const attributes: Record<string, string> = {
    alt: typeof attrs['alt'] === 'string' ? attrs['alt'] : '',
    draggable: 'false',
    loading: 'lazy',
  };
  if (source !== null) attributes['src'] = source;
  if (typeof attrs['width'] === 'number') attributes['style'] = `width:${attrs['width']}%`;
  return attributes;
}
