import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdRanges } from './id-ranges.ts';

const CLOCKS = 60;

/** Ranges of two Yjs clients, as lists of clocks. */
const ranges = array(
  record({
    client: constantFrom(1, 2),
    from: nat(CLOCKS),
    length: nat(8),
  }),
  { maxLength: 30 },
);

describe('ranges of ids', () => {
  it('hold what a set of single ids would hold, sorted and joined', () => {
    assert(
      property(ranges, (list) => {
        const { set, model } = build(list);
        expect(idsIn(set)).toEqual(sortedIds(model));
        for (const [, flat] of set.byClient()) {
          for (let i = 1; i < flat.length; i += 1) expect(flat[i]).toBeGreaterThan(flat[i - 1]!);
        }
        const counted = set.byClient().reduce((sum, [, flat]) => sum + flat.length / 2, 0);
        expect(set.rangeCount).toBe(counted);
        expect(set.isEmpty).toBe(model.size === 0);
      }),
    );
  });

  it('subtract each other like sets', () => {
    assert(
      property(ranges, ranges, ranges, (a, b, c) => {
        const [first, second, third] = [a, b, c].map(build);
        const left = first!.set.without(second!.set, third!.set);
        const model = [...first!.model].filter(
          (id) => !second!.model.has(id) && !third!.model.has(id),
        );
        expect(idsIn(left)).toEqual(sortedIds(new Set(model)));
      }),
    );
  });

  it('know what of a range they miss', () => {
    assert(
      property(ranges, nat(CLOCKS), nat(20), (list, from, length) => {
        const { set, model } = build(list);
        const missing = set.missingFrom(1, from, from + length);
        const ids: string[] = [];
        for (let i = 0; i < missing.length; i += 2) {
          for (let clock = missing[i]!; clock < missing[i + 1]!; clock += 1) ids.push(`1:${clock}`);
        }
        const wanted = Array.from({ length }, (_, i) => `1:${from + i}`);
        expect(ids).toEqual(wanted.filter((id) => !model.has(id)));
        expect(set.covers(1, from, from + length)).toBe(ids.length === 0);
      }),
    );
  });
});

function build(list: readonly { client: number; from: number; length: number }[]) {
  const set = new IdRanges();
  const model = new Set<string>();
  for (const { client, from, length } of list) {
    set.add(client, from, from + length);
    for (let i = 0; i < length; i += 1) model.add(`${client}:${from + i}`);
  }
  return { set, model };
}

function idsIn(set: IdRanges): string[] {
  const ids = new Set<string>();
  set.forEach((client, from, to) => {
    for (let clock = from; clock < to; clock += 1) ids.add(`${client}:${clock}`);
  });
  return sortedIds(ids);
}

function sortedIds(ids: ReadonlySet<string>): string[] {
  return [...ids].sort((a, b) => a.localeCompare(b));
}
