import { isDeletedInItself, isGap, needsOf, readUpdate, writeUpdate } from './read-update.ts';
import type { ClientGroup, GroupSlice, ReadUpdate, Struct, StructId } from './read-update.ts';
import { StructOutline } from './struct-outline.ts';
import { encodeDeletions } from './yjs-bytes.ts';

/** What a large update holds, without its content, in a form that crosses threads cheaply. */
export interface UpdateOutline {
  /**
   * For each struct: client, clock, length, 0 or 1 for deleted in itself and 2 for a gap, the number
   * of ids it needs, and those as client and clock.
   */
  readonly structs: Float64Array;
  /** Deletions the update names, as a Yjs update that holds deletions alone. */
  readonly deletions: Uint8Array;
}

/** A range of one client's clocks, the end not included. */
export interface ClockRange {
  readonly client: number;
  readonly from: number;
  readonly to: number;
}

/** Takes a large update apart for somebody else. Throws `MalformedUpdateError` as `readUpdate` does. */
export function outlineUpdate(update: Uint8Array): UpdateOutline {
  const { groups, deletions } = readUpdate(update);
  const numbers: number[] = [];
  for (const struct of groups.flatMap((group) => group.structs)) {
    const needs = needsOf(struct);
    const kind = isGap(struct) ? 2 : isDeletedInItself(struct) ? 1 : 0;
    numbers.push(struct.id.client, struct.id.clock, struct.length, kind, needs.length);
    for (const { client, clock } of needs) numbers.push(client, clock);
  }
  return { structs: Float64Array.from(numbers), deletions: encodeDeletions(deletions) };
}

/** An outline as it is judged. */
export function readOutline({ structs, deletions }: UpdateOutline): ReadUpdate<StructOutline> {
  const groups: { client: number; structs: StructOutline[] }[] = [];
  for (let at = 0; at < structs.length;) {
    const client = structs[at]!;
    const clock = structs[at + 1]!;
    const length = structs[at + 2]!;
    const kind = structs[at + 3]!;
    const count = structs[at + 4]!;
    at += 5;
    const needs: StructId[] = [];
    for (let i = 0; i < count; i += 1, at += 2) {
      needs.push({ client: structs[at]!, clock: structs[at + 1]! });
    }
    const struct = new StructOutline({ client, clock }, length, {
      isDeleted: kind === 1,
      isGap: kind === 2,
      needs,
    });
    const group = groups.at(-1);
    if (group?.client === client) group.structs.push(struct);
    else groups.push({ client, structs: [struct] });
  }
  return { groups, deletions: readUpdate(deletions).deletions };
}

/** The parts of an update in the given ranges, with the given deletions, as an update of its own. */
export function cutUpdate(
  update: Uint8Array,
  keep: readonly ClockRange[],
  deletions: Uint8Array,
): Uint8Array {
  const groups = new Map(readUpdate(update).groups.map((group) => [group.client, group]));
  const slices = keep.flatMap((range) => {
    const group = groups.get(range.client);
    return group === undefined ? [] : [sliceOf(group, range)];
  });
  return writeUpdate(slices, readUpdate(deletions).deletions);
}

/** The slice of a group that a range covers; its ends lie where structs end. */
function sliceOf(group: ClientGroup, { from, to }: ClockRange): GroupSlice {
  const { structs } = group;
  const index = structs.findIndex(({ id, length }) => id.clock + length > from);
  const after = structs.findIndex(({ id }) => id.clock >= to);
  const offset = Math.max(0, from - structs[index]!.id.clock);
  return { group, index, offset, end: after === -1 ? structs.length : after };
}

/** The range of clocks a slice covers. */
export function rangeOf({
  group,
  index,
  offset,
  end,
}: GroupSlice<Struct | StructOutline>): ClockRange {
  const first = group.structs[index]!;
  const last = group.structs[end - 1]!;
  return {
    client: group.client,
    from: first.id.clock + offset,
    to: last.id.clock + last.length,
  };
}
