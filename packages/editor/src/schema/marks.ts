import type { MarkSpec } from '@tiptap/pm/model';
import { safeHref } from './safe-address.ts';

const isBold = (value: string): boolean => /^(bold(er)?|[6-9]\d{2})$/u.test(value);

/**
 * The marks, each named as the formatting attribute of the text in the model. None excludes
 * another: two people may have set both.
 */
export const markSpecs: Record<string, MarkSpec> = {
  link: {
    attrs: { href: { default: null } },
    inclusive: false,
    parseDOM: [
      {
        tag: 'a[href]',
        getAttrs: (element) => {
          const href = safeHref(element.getAttribute('href'));
          return href === null ? false : { href };
        },
      },
    ],
    toDOM: (mark) => {
      const href = safeHref(mark.attrs['href']);
      // An unsafe address in the document is kept there, and is not a link on the page.
      if (href === null) return ['span', { class: 'unsafe-link' }, 0];
      return ['a', { href, rel: 'noopener noreferrer nofollow', target: '_blank' }, 0];
    },
  },
  bold: {
    parseDOM: [
      { tag: 'strong' },
      // Google Docs wraps everything it copies in a <b> that is not bold.
      { tag: 'b', getAttrs: (element) => element.style.fontWeight !== 'normal' && null },
      { style: 'font-weight', getAttrs: (value) => isBold(value) && null },
    ],
    toDOM: () => ['strong', 0],
  },
  italic: {
    parseDOM: [
      { tag: 'em' },
      { tag: 'i', getAttrs: (element) => element.style.fontStyle !== 'normal' && null },
      { style: 'font-style=italic' },
    ],
    toDOM: () => ['em', 0],
  },
  underline: {
    parseDOM: [{ tag: 'u' }, { style: 'text-decoration=underline' }],
    toDOM: () => ['u', 0],
  },
  strike: {
    parseDOM: [{ tag: 's' }, { tag: 'del' }, { style: 'text-decoration=line-through' }],
    toDOM: () => ['s', 0],
  },
  superscript: {
    parseDOM: [{ tag: 'sup' }, { style: 'vertical-align=super' }],
    toDOM: () => ['sup', 0],
  },
  subscript: {
    parseDOM: [{ tag: 'sub' }, { style: 'vertical-align=sub' }],
    toDOM: () => ['sub', 0],
  },
  code: {
    code: true,
    parseDOM: [
      // The element inside a block of code or an equation is no mark.
      { tag: 'pre code, [data-equation] code', skip: true, priority: 60 },
      { tag: 'code' },
      { tag: 'tt' },
      { tag: 'kbd' },
      { tag: 'samp' },
    ],
    toDOM: () => ['code', { spellcheck: 'false' }, 0],
  },
};
