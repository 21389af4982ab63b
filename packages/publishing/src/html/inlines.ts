import type { Inline } from '@plenary/report-model';
import { cleanInlines } from '../normalise.ts';
import { runsOf, type Run } from '../runs.ts';
import { element, join, type Markup } from './element.ts';
import { mathematics } from './mathematics.ts';

/** Inlines as HTML; nothing to show gives empty markup. */
export function inlineMarkup(inlines: readonly Inline[]): Markup {
  return runsMarkup(runsOf(cleanInlines(inlines)));
}

function runsMarkup(runs: readonly Run[]): Markup {
  return join(runs.map((run) => (run.kind === 'leaf' ? leaf(run.inline) : marked(run))));
}

function marked(run: Run & { readonly kind: 'marked' }): Markup {
  const children = runsMarkup(run.children);
  switch (run.mark) {
    case 'link':
      return element('a', { href: run.href, rel: 'noreferrer' }, children);
    case 'bold':
      return element('strong', {}, children);
    case 'italic':
      return element('em', {}, children);
    case 'strike':
      return element('s', {}, children);
    case 'underline':
      return element('u', {}, children);
    case 'superscript':
      return element('sup', {}, children);
    case 'subscript':
      return element('sub', {}, children);
  }
}

function leaf(inline: Inline): Markup {
  switch (inline.kind) {
    case 'text':
      return inline.marks.code === true ? element('code', {}, inline.text) : join([inline.text]);
    case 'break':
      return element('br', {});
    case 'math':
      return mathematics(inline.tex, false);
    case 'unknown':
      return element('code', { class: 'unknown' }, inline.description);
  }
}
