/*
 * A stamp is what a writer types: two tildes, its number in four digits, and the time in nine
 * digits of ten microseconds. Yjs keeps the text of an insert in one piece, merged with its
 * neighbours or not, so a receiver finds every stamp by looking for the tildes and decodes nothing.
 */

/** What a stamp begins with: in a text, or in what a client shows of itself. */
export type Mark = '~~' | '^^';

const MARK_LENGTH = 2;
const WRITER_DIGITS = 4;
const TIME_DIGITS = 9;
const LENGTH = MARK_LENGTH + WRITER_DIGITS + TIME_DIGITS;
const UNITS_PER_MS = 100;
const ZERO = 48;

/** Writes a stamp of a writer below 10,000; `at` is in milliseconds of `performance.now()`, up to 2 h 46 min. */
export function writeStamp(writer: number, at: number, mark: Mark = '~~'): string {
  const time = Math.round(at * UNITS_PER_MS);
  return `${mark}${String(writer).padStart(WRITER_DIGITS, '0')}${String(time).padStart(TIME_DIGITS, '0')}`;
}

/** Calls back for every stamp between `start` and `end`; text that only looks like one is passed. */
export function readStamps(
  chunk: Buffer,
  range: { readonly start: number; readonly end: number },
  found: (writer: number, at: number) => void,
  mark: Mark = '~~',
): void {
  let at = chunk.indexOf(mark, range.start, 'latin1');
  while (at >= 0 && at + LENGTH <= range.end) {
    const writer = digits(chunk, at + MARK_LENGTH, WRITER_DIGITS);
    const time = digits(chunk, at + MARK_LENGTH + WRITER_DIGITS, TIME_DIGITS);
    const isStamp = writer >= 0 && time >= 0;
    if (isStamp) found(writer, time / UNITS_PER_MS);
    at = chunk.indexOf(mark, isStamp ? at + LENGTH : at + 1, 'latin1');
  }
}

function digits(chunk: Buffer, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index += 1) {
    const digit = chunk[index]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
