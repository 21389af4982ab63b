import type { Inline, MarkName } from '@plenary/report-model';

/** A run of inlines under the same value of one mark, or one inline with no mark left to draw. */
export type Run =
  | { readonly kind: 'leaf'; readonly inline: Inline }
  | {
      readonly kind: 'marked';
      readonly mark: Exclude<MarkName, 'code'>;
      /** The address of a link, safe to follow once the inlines were cleaned; '' for other marks. */
      readonly href: string;
      readonly children: readonly Run[];
    };

/** Outermost first. Code is not here: it is drawn by the leaf, which no mark may split. */
const ORDER = [
  'link',
  'bold',
  'italic',
  'strike',
  'underline',
  'superscript',
  'subscript',
] as const satisfies readonly MarkName[];

/**
 * Turns marks into nesting: neighbours that share a mark are drawn under one, always in the same
 * order of marks, so that a link never stands inside a link.
 */
export function runsOf(inlines: readonly Inline[], depth = 0): readonly Run[] {
  const mark = ORDER[depth];
  if (mark === undefined) return inlines.map((inline) => ({ kind: 'leaf', inline }));
  const runs: Run[] = [];
  let from = 0;
  while (from < inlines.length) {
    const value = valueOf(inlines[from]!, mark);
    let to = from + 1;
    while (to < inlines.length && valueOf(inlines[to]!, mark) === value) to += 1;
    const children = runsOf(inlines.slice(from, to), depth + 1);
    if (value === null) runs.push(...children);
    else runs.push({ kind: 'marked', mark, href: value, children });
    from = to;
  }
  return runs;
}

/** Null when the mark is off; the address of a link, else ''. */
function valueOf(inline: Inline, mark: (typeof ORDER)[number]): string | null {
  if (mark === 'link') return inline.marks.link?.href ?? null;
  return inline.marks[mark] === true ? '' : null;
}

/** The words of inlines: breaks are newlines, mathematics its TeX, unknown content its description. */
export function wordsOf(inlines: readonly Inline[]): string {
  return inlines.map(wordsOfInline).join('');
}

function wordsOfInline(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return '\n';
    case 'math':
      return inline.tex;
    case 'unknown':
      return inline.description;
  }
}
