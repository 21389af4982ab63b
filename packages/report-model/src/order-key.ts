const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const BASE = DIGITS.length;

/**
 * A string that sorts between two others (null: no bound on that side), so that rows and columns can
 * be put between others without renumbering. `tail` makes the keys of two people who insert at the same
 * place at the same time differ. Expects `low < high`; keys this code did not make are read as far as
 * they can be.
 */
export function keyBetween(low: string | null, high: string | null, tail: string): string {
  let key = '';
  let upper = high;
  for (let index = 0; ; index += 1) {
    const from = digitAt(low ?? '', index, 0);
    const to = upper === null ? BASE : digitAt(upper, index, BASE);
    if (to - from > 1) return `${key}${DIGITS[Math.floor((from + to) / 2)] ?? ''}${tail}1`;
    key += DIGITS[from] ?? '';
    if (to !== from) upper = null;
  }
}

function digitAt(key: string, index: number, absent: number): number {
  const digit = key[index];
  return digit === undefined ? absent : Math.max(0, DIGITS.indexOf(digit));
}

/** That many keys in ascending order, evenly spread and all of the same length. */
export function spreadKeys(count: number): string[] {
  const width = Math.max(2, Math.ceil(Math.log(count + 1) / Math.log(BASE)) + 1);
  const step = Math.floor(BASE ** width / (count + 1));
  return Array.from({ length: count }, (_, index) =>
    ((index + 1) * step).toString(BASE).padStart(width, '0'),
  );
}
