import { isLiteral } from './block.ts';
import { diffInlines } from './diff-inlines.ts';
import { BODY } from './keys.ts';
import type { AreaKey, Block, ModelChange } from './types.ts';

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
