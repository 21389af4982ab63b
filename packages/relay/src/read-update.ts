import { createEncoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding';
import { ContentDeleted, GC, ID, Item, Skip, UpdateEncoderV1, decodeUpdate } from 'yjs';
import { IdRanges } from './id-ranges.ts';
import { StructOutline } from './struct-outline.ts';
import { assembleUpdate } from './yjs-bytes.ts';

/** The Yjs id of one character, or of whatever else counts as one. */
export interface StructId {
  readonly client: number;
  readonly clock: number;
}

/** What `decodeUpdate` yields; `Skip` marks a gap. */
export type Struct = Item | GC | Skip;

/** The structs of one Yjs client in an update, clocks ascending. */
export interface ClientGroup<S = Struct> {
  readonly client: number;
  readonly structs: readonly S[];
}

/** A Yjs v1 update taken apart; a large one into outlines of its structs. */
export interface ReadUpdate<S = Struct> {
  readonly groups: readonly ClientGroup<S>[];
  /** Deletions the update names. */
  readonly deletions: IdRanges;
}

/** Thrown for bytes that are no Yjs update, or one that no honest client makes. */
export class MalformedUpdateError extends Error {
  readonly code = 'malformed_update';
}

/** Yjs clients one update may carry structs of: an import from another server has some hundreds. */
export const MAX_CLIENTS_PER_UPDATE = 10_000;

/**
 * Takes an update apart with Yjs's own reader, so that what passes here can be read by every
 * client. Throws `MalformedUpdateError` on anything else: truncated bytes, unknown content, empty
 * or overflowing structs, the same client twice, an item that needs its own future.
 */
export function readUpdate(bytes: Uint8Array): ReadUpdate {
  try {
    const { structs, ds } = decodeUpdate(bytes);
    const deletions = new IdRanges();
    for (const [client, items] of ds.clients) {
      for (const { clock, len } of items) {
        requireRange(client, clock, len);
        deletions.add(client, clock, clock + len);
      }
    }
    return { groups: groupByClient(structs), deletions };
  } catch (cause) {
    if (cause instanceof MalformedUpdateError) throw cause;
    throw new MalformedUpdateError('not a Yjs update', { cause });
  }
}

function groupByClient(structs: readonly Struct[]): ClientGroup[] {
  const groups = new Map<number, Struct[]>();
  let current: Struct[] = [];
  let currentClient = -1;
  for (const struct of structs) {
    const { client, clock } = struct.id;
    requireRange(client, clock, struct.length);
    if (client !== currentClient) {
      if (groups.has(client)) throw new MalformedUpdateError('one client twice');
      if (groups.size >= MAX_CLIENTS_PER_UPDATE) throw new MalformedUpdateError('too many clients');
      current = [];
      currentClient = client;
      groups.set(client, current);
    }
    if (struct instanceof Item) requirePast(struct);
    current.push(struct);
  }
  return [...groups].map(([client, list]) => ({ client, structs: list }));
}

function requirePast(item: Item): void {
  const isFuture = ({ client, clock }: StructId) =>
    client === item.id.client && clock >= item.id.clock;
  if (needsOf(item).some(isFuture)) throw new MalformedUpdateError('an item needs its own future');
}

/** Ids that must be there before a struct can be: its origins, and its parent if that is an item. */
export function needsOf(struct: Struct | StructOutline): readonly StructId[] {
  if (struct instanceof StructOutline) return struct.needs;
  if (!(struct instanceof Item)) return NOTHING;
  const needs: ID[] = [];
  if (struct.origin !== null) needs.push(struct.origin);
  if (struct.rightOrigin !== null) needs.push(struct.rightOrigin);
  // Straight from bytes the parent is the name of a root type, or the id of an item.
  const parent: unknown = struct.parent;
  if (parent instanceof ID) needs.push(parent);
  return needs;
}

const NOTHING: readonly StructId[] = [];

/** Whether it only says that something is missing. */
export function isGap(struct: Struct | StructOutline): boolean {
  return struct instanceof StructOutline ? struct.isGap : struct instanceof Skip;
}

function requireRange(client: number, clock: number, length: number): void {
  const sound =
    Number.isSafeInteger(client) &&
    Number.isSafeInteger(clock) &&
    length > 0 &&
    Number.isSafeInteger(clock + length);
  if (!sound) throw new MalformedUpdateError('an empty or overflowing range');
}

/** Whether a struct is deleted by what it is: garbage, or an item whose content was removed. */
export function isDeletedInItself(struct: Struct | StructOutline): boolean {
  if (struct instanceof StructOutline) return struct.isDeleted;
  return (
    struct instanceof GC || (struct instanceof Item && struct.content instanceof ContentDeleted)
  );
}

/** Some of a client's structs: from `index` to before `end`, the first without `offset` clocks. */
export interface GroupSlice<S = Struct> {
  readonly group: ClientGroup<S>;
  readonly index: number;
  readonly offset: number;
  readonly end: number;
}

/** Encodes parts of a read update, with the given deletions, as a Yjs v1 update of its own. */
export function writeUpdate(slices: readonly GroupSlice[], deletions: IdRanges): Uint8Array {
  const sorted = [...slices].sort((a, b) => b.group.client - a.group.client);
  return assembleUpdate(sorted.map(writeSlice), deletions);
}

function writeSlice({ group, index, offset, end }: GroupSlice): Uint8Array {
  const body = new UpdateEncoderV1();
  const structs = group.structs.slice(index, end);
  structs.forEach((struct, i) => {
    struct.write(body, i === 0 ? offset : 0);
  });
  const encoder = createEncoder();
  writeVarUint(encoder, structs.length);
  writeVarUint(encoder, group.client);
  writeVarUint(encoder, structs[0]!.id.clock + offset);
  writeUint8Array(encoder, body.toUint8Array());
  return toUint8Array(encoder);
}
