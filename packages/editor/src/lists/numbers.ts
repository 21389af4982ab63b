import type { BlockPlace } from '../schema/block-attributes.ts';

/**
 * The number each ordered list item of a flow shows (`1.`, `a.`, `i.` by its level), null for other
 * blocks.
 *
 * An item counts on from the item before it at its level. Counting starts anew after a block that
 * ends the list: a bullet or an unnumbered block at that level or further out, or a quotation that
 * begins or ends at the outer level. What is indented more stands inside the item and ends nothing.
 */
export function orderedNumbers(places: readonly BlockPlace[]): (string | null)[] {
  /** Per depth of quotation: the last number at each level. */
  let counters: number[][] = [];
  return places.map(({ list, indent, quote }) => {
    counters = counters.slice(0, quote + 1);
    for (let outer = 0; outer < quote; outer++) {
      counters[outer] = (counters[outer] ?? []).slice(0, indent);
    }
    const levels = (counters[quote] ?? []).slice(0, list === 'ordered' ? indent + 1 : indent);
    counters[quote] = levels;
    if (list !== 'ordered') return null;
    const number = (levels[indent] ?? 0) + 1;
    levels[indent] = number;
    return `${formatNumber(number, indent)}.`;
  });
}

function formatNumber(number: number, level: number): string {
  switch (level % 3) {
    case 1: {
      return toLetters(number);
    }
    case 2: {
      return toRoman(number);
    }
    default: {
      return String(number);
    }
  }
}

/** 1 is a, 26 is z, 27 is aa. */
function toLetters(number: number): string {
  let rest = number;
  let letters = '';
  while (rest > 0) {
    rest--;
    letters = String.fromCodePoint(97 + (rest % 26)) + letters;
    rest = Math.floor(rest / 26);
  }
  return letters;
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

function toRoman(number: number): string {
  let rest = number;
  let numeral = '';
  for (const [value, letters] of ROMAN) {
    while (rest >= value) {
      numeral += letters;
      rest -= value;
    }
  }
  return numeral;
}
