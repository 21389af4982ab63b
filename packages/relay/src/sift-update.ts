import type { Addition, Holdings } from './holdings.ts';
import { IdRanges } from './id-ranges.ts';
import {
  isDeletedInItself,
  isGap,
  needsOf,
  writeUpdate,
  type ClientGroup,
  type GroupSlice,
  type ReadUpdate,
  type Struct,
  type StructId,
} from './read-update.ts';
import { StructOutline } from './struct-outline.ts';
import { rangeOf, type ClockRange } from './update-outline.ts';
import { ownBytes } from './yjs-bytes.ts';

/** The part of an update that is new to the room and may be stored. */
export interface NewContent extends Addition {
  /** A Yjs update with nothing that the room held already. */
  readonly bytes: Uint8Array;
  /** Whether it names deletions the room did not know of. */
  readonly namesDeletions: boolean;
  /** Whether it builds on another person's queued update, whose row must come first (R14). */
  readonly needsEarlierRow: boolean;
}

/** What is to be done with an update. */
export type Sifted =
  /** Everything in it is held: no row, no broadcast, no offence. */
  | { readonly type: 'held' }
  | { readonly type: 'new'; readonly content: NewContent; readonly repeatsHeld: boolean }
  /** Something before it is missing, `need` among it (R14). */
  | { readonly type: 'gap'; readonly need: StructId }
  /** It brings unlogged structs under another person's id (R7); `own` is what may be kept of it. */
  | { readonly type: 'foreign'; readonly own: NewContent | null }
  /**
   * Only the outline of a large update was read, and not all of it may be stored: these parts are to
   * be cut out of it and looked at again. `isForeign` when the rest is another person's.
   */
  | {
      readonly type: 'cut';
      readonly keep: readonly ClockRange[];
      readonly deletions: IdRanges;
      readonly isForeign: boolean;
    };

type AnyStruct = Struct | StructOutline;
type Slice = GroupSlice<AnyStruct>;

/**
 * Compares an update with what the room holds: drops what is held, then asks whose the rest is and
 * whether it continues the log. Changes nothing.
 */
export function siftUpdate(
  update: {
    readonly read: ReadUpdate<AnyStruct>;
    readonly bytes: Uint8Array;
    readonly personId: string;
  },
  holdings: Holdings,
): Sifted {
  const { read, personId } = update;
  const { slices, repeatsHeld } = dropHeld(read.groups, holdings);
  const deletions = holdings.newDeletions(read.deletions);
  if (slices.length === 0 && deletions.isEmpty) return { type: 'held' };

  const own = slices.filter(({ group }) => isOwn(group.client, personId, holdings));
  const placement = place(own, { holdings, personId });
  if (own.length < slices.length) {
    const parts = placement.slices.filter((slice) => slice.end > slice.index);
    if (parts.length === 0) return { type: 'foreign', own: null };
    const bytes = write(parts, NOTHING);
    if (bytes === null) return cut(parts, NOTHING, true);
    return {
      type: 'foreign',
      own: describe(parts, { ...placement, deletions: NOTHING, bytes, personId, holdings }),
    };
  }

  if (placement.need !== null) return { type: 'gap', need: placement.need };
  let { needsEarlierRow } = placement;
  let need: StructId | null = null;
  deletions.forEach((client, _from, to) => {
    if (to > (placement.clocks.get(client) ?? holdings.clockOf(client)))
      need = { client, clock: to - 1 };
    else if (isOthersQueued({ client, clock: to - 1 }, { holdings, personId }))
      needsEarlierRow = true;
  });
  if (need !== null) return { type: 'gap', need };

  const isWhole = !repeatsHeld && countIds(deletions) === countIds(read.deletions);
  const bytes = isWhole ? ownBytes(update.bytes) : write(slices, deletions);
  if (bytes === null) return cut(slices, deletions, false);
  const content = describe(slices, {
    ...placement,
    needsEarlierRow,
    deletions,
    bytes,
    personId,
    holdings,
  });
  return { type: 'new', content, repeatsHeld };
}

const NOTHING: IdRanges = new IdRanges();

/** Slices as an update; null when there are only outlines of them. */
function write(slices: readonly Slice[], deletions: IdRanges): Uint8Array | null {
  const isRead = (slice: Slice): slice is GroupSlice =>
    !(slice.group.structs[slice.index] instanceof StructOutline);
  return slices.every(isRead) ? writeUpdate(slices, deletions) : null;
}

function cut(slices: readonly Slice[], deletions: IdRanges, isForeign: boolean): Sifted {
  return { type: 'cut', keep: slices.map(rangeOf), deletions, isForeign };
}

function isOwn(client: number, personId: string, holdings: Holdings): boolean {
  const owner = holdings.ownerOf(client);
  return owner === undefined || owner === personId;
}

/** What of each client's structs is beyond the room's clock. */
function dropHeld(
  groups: readonly ClientGroup<AnyStruct>[],
  holdings: Holdings,
): { slices: Slice[]; repeatsHeld: boolean } {
  const slices: Slice[] = [];
  let repeatsHeld = false;
  for (const group of groups) {
    const held = holdings.clockOf(group.client);
    const end = group.structs.length;
    let index = 0;
    while (index < end && clockAfter(group, index) <= held) index += 1;
    if (index === end) {
      repeatsHeld = true;
      continue;
    }
    const offset = Math.max(0, held - group.structs[index]!.id.clock);
    if (index > 0 || offset > 0) repeatsHeld = true;
    slices.push({ group, index, offset, end });
  }
  return { slices, repeatsHeld };
}

function clockAfter(group: ClientGroup<AnyStruct>, index: number): number {
  const struct = group.structs[index]!;
  return struct.id.clock + struct.length;
}

interface Judge {
  readonly holdings: Holdings;
  readonly personId: string;
}

interface Placement {
  /** The given slices, cut where something before them is missing. */
  readonly slices: readonly Slice[];
  /** Clock after the last struct that could be placed, per client. */
  readonly clocks: ReadonlyMap<number, number>;
  /** Something that is missing; null when everything could be placed. */
  readonly need: StructId | null;
  readonly needsEarlierRow: boolean;
}

/**
 * Integrates structs on paper: each needs its predecessor, its origins and its parent, held or from
 * this update. A client that waits for another is looked at again when that one moves on, so the
 * work grows with the number of structs.
 */
function place(slices: readonly Slice[], judge: Judge): Placement {
  const { holdings } = judge;
  const clocks = new Map<number, number>();
  const cursors = new Map<number, Cursor>();
  for (const slice of slices) {
    cursors.set(slice.group.client, { slice, at: slice.index });
    clocks.set(slice.group.client, holdings.clockOf(slice.group.client));
  }
  const clockOf = (client: number) => clocks.get(client) ?? holdings.clockOf(client);
  const waiting = new Map<number, number[]>();
  let needsEarlierRow = false;
  const needs = new Map<number, StructId>();

  const ready = [...cursors.keys()];
  for (let client = ready.pop(); client !== undefined; client = ready.pop()) {
    const cursor = cursors.get(client)!;
    const start = cursor.at;
    for (; cursor.at < cursor.slice.end; cursor.at += 1) {
      const struct = cursor.slice.group.structs[cursor.at]!;
      if (isGap(struct) || struct.id.clock > clockOf(client)) {
        needs.set(client, { client, clock: clockOf(client) });
        break;
      }
      const missing = missingNeed(struct, clockOf);
      if (missing !== null) {
        waiting.set(missing.client, [...(waiting.get(missing.client) ?? []), client]);
        needs.set(client, missing);
        break;
      }
      if (!needsEarlierRow) {
        needsEarlierRow = needsOf(struct).some((id) => isOthersQueued(id, judge));
      }
      clocks.set(client, clockAfter(cursor.slice.group, cursor.at));
    }
    if (cursor.at > start) {
      ready.push(...(waiting.get(client) ?? []));
      waiting.delete(client);
    }
  }

  const placed = [...cursors.values()].map(({ slice, at }) => ({ ...slice, end: at }));
  return { slices: placed, clocks, need: outsideNeed(cursors, needs), needsEarlierRow };
}

interface Cursor {
  readonly slice: Slice;
  /** Index of the first struct that is not placed. */
  at: number;
}

/**
 * Among what the stuck clients wait for, something that must come from elsewhere; null when none is
 * stuck. Clients that wait for each other in a circle wait for ever, so any will do.
 */
function outsideNeed(
  cursors: ReadonlyMap<number, Cursor>,
  needs: ReadonlyMap<number, StructId>,
): StructId | null {
  let need: StructId | null = null;
  for (const [client, { slice, at }] of cursors) {
    if (at === slice.end) continue;
    need = needs.get(client) ?? { client, clock: 0 };
    const other = cursors.get(need.client);
    const isInside = other !== undefined && need.client !== client && other.at < other.slice.end;
    if (!isInside) return need;
  }
  return need;
}

/** An id that a struct waits for, or null when all it needs is there. */
function missingNeed(struct: AnyStruct, clockOf: (client: number) => number): StructId | null {
  for (const { client, clock } of needsOf(struct)) {
    if (client !== struct.id.client && clock >= clockOf(client)) return { client, clock };
  }
  return null;
}

function isOthersQueued(id: { client: number; clock: number }, judge: Judge): boolean {
  return (
    judge.holdings.isQueued(id.client, id.clock) &&
    judge.holdings.ownerOf(id.client) !== judge.personId
  );
}

function countIds(ranges: IdRanges): number {
  let count = 0;
  ranges.forEach((_client, from, to) => {
    count += to - from;
  });
  return count;
}

function describe(
  slices: readonly Slice[],
  facts: Judge & {
    readonly clocks: ReadonlyMap<number, number>;
    readonly deletions: IdRanges;
    readonly needsEarlierRow: boolean;
    readonly bytes: Uint8Array;
  },
): NewContent {
  const clocks = new Map<number, number>();
  const deletions = new IdRanges();
  deletions.addAll(facts.deletions);
  for (const { group, index, offset, end } of slices) {
    clocks.set(group.client, clockAfter(group, end - 1));
    for (let i = index; i < end; i += 1) {
      const struct = group.structs[i]!;
      const from = struct.id.clock + (i === index ? offset : 0);
      if (isDeletedInItself(struct)) deletions.add(group.client, from, clockAfter(group, i));
    }
  }
  return {
    bytes: facts.bytes,
    clocks,
    deletions,
    newClients: [...clocks.keys()].filter((client) => facts.holdings.ownerOf(client) === undefined),
    personId: facts.personId,
    namesDeletions: !facts.deletions.isEmpty,
    needsEarlierRow: facts.needsEarlierRow,
  };
}
