import type { Inline, Marks } from '@plenary/report-model';
import { safeLink } from './addresses.ts';

// NUL is not a character in HTML, CommonMark or JSON readers; lone halves of pairs are in none.
// eslint-disable-next-line no-control-regex
const NUL = /\u0000/g;
const NEWLINE = /\r\n|\r|\n/g;

/** Text that every format can carry: NUL and lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll(NUL, '\uFFFD');
}

/** Clean text of several lines, each ended by one newline character. */
export function cleanLines(text: string): string {
  return cleanText(text).replaceAll(NEWLINE, '\n');
}

/**
 * The same inlines with clean text, in which every newline is a break of its own, and without the
 * links that must not be followed.
 */
export function cleanInlines(inlines: readonly Inline[]): readonly Inline[] {
  return inlines.flatMap((dirty): readonly Inline[] => {
    const inline = { ...dirty, marks: withSafeLink(dirty.marks) };
    switch (inline.kind) {
      case 'text':
        return cleanText(inline.text)
          .split(NEWLINE)
          .flatMap((text, index): readonly Inline[] => [
            ...(index > 0 ? [{ kind: 'break', marks: inline.marks } as const] : []),
            ...(text === '' ? [] : [{ ...inline, text }]),
          ]);
      case 'math':
        return [{ ...inline, tex: cleanText(inline.tex) }];
      case 'unknown':
        return [{ ...inline, description: cleanText(inline.description) }];
      case 'break':
        return [inline];
    }
  });
}

function withSafeLink({ link, ...others }: Marks): Marks {
  const href = link === undefined ? null : safeLink(link.href);
  return href === null ? others : { ...others, link: { href } };
}
