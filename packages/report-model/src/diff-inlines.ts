import { inlineLength } from './block.ts';
import { sameMarks } from './marks.ts';
import type { Inline, TextOp } from './types.ts';

/** The steps from one text to another: one replaced stretch, or new marks where only marks changed. */
export function diffInlines(before: readonly Inline[], after: readonly Inline[]): TextOp[] {
  const start = commonStart(before, after);
  const end = commonEnd(cut(before, start), cut(after, start));
  const old = cut(before, start, lengthOf(before) - end);
  const now = cut(after, start, lengthOf(after) - end);
  const ops: TextOp[] = start > 0 ? [{ kind: 'retain', length: start }] : [];
  if (old.length === 0 && now.length === 0) return [];
  if (sameText(old, now)) {
    for (const inline of now) {
      ops.push({ kind: 'mark', length: inlineLength(inline), marks: inline.marks });
    }
    return ops;
  }
  if (old.length > 0) ops.push({ kind: 'delete', length: lengthOf(old) });
  if (now.length > 0) ops.push({ kind: 'insert', inlines: now });
  return ops;
}

function lengthOf(inlines: readonly Inline[]): number {
  return inlines.reduce((sum, inline) => sum + inlineLength(inline), 0);
}

/** The inlines between two offsets; text is cut where it must be. */
export function cut(
  inlines: readonly Inline[],
  from: number,
  to = Number.POSITIVE_INFINITY,
): Inline[] {
  const found: Inline[] = [];
  let offset = 0;
  for (const inline of inlines) {
    const length = inlineLength(inline);
    const start = Math.max(0, from - offset);
    const end = Math.min(length, to - offset);
    if (start < end) {
      const isWhole = start === 0 && end === length;
      found.push(
        isWhole || inline.kind !== 'text'
          ? inline
          : { ...inline, text: inline.text.slice(start, end) },
      );
    }
    offset += length;
  }
  return found;
}

function sameText(a: readonly Inline[], b: readonly Inline[]): boolean {
  return contentText(a) === contentText(b);
}

function contentText(inlines: readonly Inline[]): string {
  return inlines.map(unitText).join('');
}

/** Text for comparing content without marks: objects stand between characters no text has in common. */
function unitText(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  if (inline.kind === 'break') return '\u{F0000}';
  return inline.kind === 'math'
    ? `\u{F0001}${inline.tex}\u{F0002}`
    : `\u{F0003}${inline.description}\u{F0002}`;
}

function sameInline(a: Inline, b: Inline): boolean {
  return unitText(a) === unitText(b) && a.kind === b.kind && sameMarks(a.marks, b.marks);
}

function commonStart(a: readonly Inline[], b: readonly Inline[]): number {
  let length = 0;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (!right) return length;
    if (sameInline(left, right)) {
      length += inlineLength(left);
      continue;
    }
    if (left.kind !== 'text' || right.kind !== 'text' || !sameMarks(left.marks, right.marks)) {
      return length;
    }
    return length + commonPrefix(left.text, right.text);
  }
  return length;
}

function commonEnd(a: readonly Inline[], b: readonly Inline[]): number {
  let length = 0;
  for (let back = 1; back <= a.length; back += 1) {
    const left = a.at(-back);
    const right = b.at(-back);
    if (!left || !right) return length;
    if (sameInline(left, right)) {
      length += inlineLength(left);
      continue;
    }
    if (left.kind !== 'text' || right.kind !== 'text' || !sameMarks(left.marks, right.marks)) {
      return length;
    }
    return length + commonSuffix(left.text, right.text);
  }
  return length;
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  // Never between the halves of a surrogate pair.
  return length > 0 && isHigh(a.charCodeAt(length - 1)) ? length - 1 : length;
}

function commonSuffix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (
    length < most &&
    a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)
  ) {
    length += 1;
  }
  return length > 0 && isLow(a.charCodeAt(a.length - length)) ? length - 1 : length;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc_00 && unit <= 0xdf_ff;
}
