import { inlineLength, isLiteral } from './block.ts';
import { BODY } from './keys.ts';
import { sameMarks } from './marks.ts';
import type { AreaKey, Block, Inline, ModelChange, TextOp } from './types.ts';

/**
 * The changes that lead from one reading of an area to the next. Blocks that are the same object are
 * not looked at; equal input gives []. Keeps blocks whose order did not change (the longest increasing
 * run), so that a change in one place does not redraw another.
 */
export function diffBlocks(
  before: readonly Block[],
  after: readonly Block[],
  area: AreaKey = BODY,
): ModelChange[] {
  const changes: ModelChange[] = [];
  const kept = keptPairs(before, after);
  let oldAt = 0;
  let newAt = 0;
  for (const [oldIndex, newIndex] of [...kept, [before.length, after.length] as const]) {
    if (oldIndex > oldAt || newIndex > newAt) {
      changes.push({
        kind: 'blocks',
        area,
        from: newAt,
        to: newAt + oldIndex - oldAt,
        blocks: after.slice(newAt, newIndex),
      });
    }
    const old = before[oldIndex];
    const now = after[newIndex];
    if (old && now) changes.push(...diffBlock(old, now, area, newIndex));
    oldAt = oldIndex + 1;
    newAt = newIndex + 1;
  }
  return changes;
}

/** Pairs of indices of blocks that are in both readings, ascending on both sides. */
function keptPairs(
  before: readonly Block[],
  after: readonly Block[],
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let start = 0;
  while (start < before.length && start < after.length && sameKey(before[start], after[start])) {
    pairs.push([start, start]);
    start += 1;
  }
  let oldEnd = before.length;
  let newEnd = after.length;
  const tail: (readonly [number, number])[] = [];
  while (oldEnd > start && newEnd > start && sameKey(before[oldEnd - 1], after[newEnd - 1])) {
    oldEnd -= 1;
    newEnd -= 1;
    tail.push([oldEnd, newEnd]);
  }
  const middle: (readonly [number, number])[] = [];
  if (oldEnd > start && newEnd > start) {
    const index = new Map<string, number>();
    for (let at = start; at < oldEnd; at += 1) index.set(before[at]?.key ?? '', at);
    for (let at = start; at < newEnd; at += 1) {
      const old = index.get(after[at]?.key ?? '');
      if (old !== undefined) middle.push([old, at]);
    }
  }
  return [...pairs, ...longestIncreasing(middle), ...tail.toReversed()];
}

function sameKey(a: Block | undefined, b: Block | undefined): boolean {
  return a !== undefined && a.key === b?.key;
}

/** The longest run of pairs whose first numbers ascend (patience sorting); the second ones do already. */
function longestIncreasing(
  pairs: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [at, [value]] of pairs.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[at] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = at;
  }
  const run: (readonly [number, number])[] = [];
  for (let at = tails.at(-1) ?? -1; at !== -1; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair) run.push(pair);
  }
  return run.toReversed();
}

/** The changes from one state of a block to the next; the same key at the same index is meant. */
export function diffBlock(
  before: Block,
  after: Block,
  area: AreaKey,
  index: number,
): ModelChange[] {
  if (before === after) return [];
  const isGridKept = before.type === 'table' && after.type === 'table' && sameGrid(before, after);
  if (!isGridKept && (before.type === 'table' || after.type === 'table')) {
    return [{ kind: 'blocks', area, from: index, to: index + 1, blocks: [after] }];
  }
  const { key } = before;
  const changes: ModelChange[] = [];
  if (!sameShape(before, after)) {
    // Breaks are text in code and equations and objects elsewhere: such a change redraws the block.
    if (isLiteral(before.type) !== isLiteral(after.type)) {
      return [{ kind: 'blocks', area, from: index, to: index + 1, blocks: [after] }];
    }
    changes.push({ kind: 'shape', area, index, key, block: after });
  }
  const ops = diffInlines(before.inlines, after.inlines);
  if (ops.length > 0) changes.push({ kind: 'text', area, index, key, ops });
  if (before.type === 'table' && after.type === 'table') {
    for (const [row, cells] of after.grid.cells.entries()) {
      for (const [column, cell] of cells.entries()) {
        const old = before.grid.cells[row]?.[column];
        if (old) changes.push(...diffBlocks(old.blocks, cell.blocks, cell.area));
      }
    }
  }
  return changes;
}

type Table = Block & { type: 'table' };

function sameGrid(a: Table, b: Table): boolean {
  if (a.grid === b.grid) return true;
  return (
    JSON.stringify([a.grid.rows, a.grid.columns]) === JSON.stringify([b.grid.rows, b.grid.columns])
  );
}

function sameShape(a: Block, b: Block): boolean {
  return shapeText(a) === shapeText(b);
}

function shapeText(block: Block): string {
  const { inlines: _, key: _key, ...shape } = block;
  return JSON.stringify(shape.type === 'table' ? { ...shape, grid: null } : shape);
}

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
