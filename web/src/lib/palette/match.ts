import type { PaletteEntry } from '#lib/palette/palette.svelte.ts';

/** More would not be read; a longer query finds the rest. */
const MAX_SHOWN = 40;

/**
 * The entries whose label or context holds every word of the query, in any order and without regard
 * to case or accents; those whose label begins with it come first. An empty query gives the first.
 */
export function matchEntries(
  entries: readonly PaletteEntry[],
  query: string,
): readonly PaletteEntry[] {
  const wanted = fold(query);
  const words = wanted.split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => {
    const text = fold(`${entry.label} ${entry.context ?? ''}`);
    return words.every((word) => text.includes(word));
  });
  const begins = (entry: PaletteEntry): boolean =>
    words.length > 0 && fold(entry.label).startsWith(wanted);
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))].slice(0, MAX_SHOWN);
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .trim();
}
