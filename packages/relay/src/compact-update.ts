import {
  ContentAny,
  ContentDeleted,
  ContentJSON,
  ContentString,
  GC,
  ID,
  Item,
  Skip,
  compareIDs,
} from 'yjs';
import type { IdRanges } from './id-ranges.ts';
import { readUpdate, writeUpdate, type ClientGroup, type Struct } from './read-update.ts';

/**
 * The same document in fewer bytes, for the stored state: what is deleted loses its content (the
 * rows of the log keep it), and runs typed one after the other become one item. Merging updates does
 * neither: it needs a document for that, and a text typed key by key stays 15 times as large.
 *
 * Every id keeps its place: a run is joined only where each part names the one before it as its
 * origin and all share the right origin, which is how Yjs itself reads a part of an item. An update
 * with gaps is returned as it is. Throws `MalformedUpdateError` when it is no Yjs update.
 */
export function compactUpdate(update: Uint8Array): Uint8Array {
  const { groups, deletions } = readUpdate(update);
  const hasGap = groups.some(({ structs }) => structs.some((struct) => struct instanceof Skip));
  if (hasGap) return update;
  const slices = groups.map(({ client, structs }) => {
    const compacted = joinRuns(structs.flatMap((struct) => dropDeleted(struct, deletions)));
    const group: ClientGroup = { client, structs: compacted };
    return { group, index: 0, offset: 0, end: compacted.length };
  });
  return writeUpdate(slices, deletions);
}

/** The struct in parts that are deleted or not; the deleted ones without content. */
function dropDeleted(struct: Struct, deletions: IdRanges): Struct[] {
  if (!(struct instanceof Item) || struct.content instanceof ContentDeleted) return [struct];
  const { client, clock } = struct.id;
  const end = clock + struct.length;
  const kept = deletions.missingFrom(client, clock, end);
  if (kept.length === 2 && kept[0] === clock && kept[1] === end) return [struct];
  const parts: Struct[] = [];
  let rest: Item = struct;
  const cutAt = (at: number, isDeleted: boolean) => {
    if (at === rest.id.clock) return;
    const [part, after] = at < rest.id.clock + rest.length ? split(rest, at) : [rest, null];
    parts.push(isDeleted ? withContent(part, new ContentDeleted(part.length)) : part);
    if (after !== null) rest = after;
  };
  for (let i = 0; i < kept.length; i += 2) {
    cutAt(kept[i]!, true);
    cutAt(kept[i + 1]!, false);
  }
  if (kept.at(-1) !== end) cutAt(end, true);
  return parts;
}

/** The item up to a clock inside it, and the item from there on. */
function split(item: Item, at: number): [Item, Item] {
  const { client, clock } = item.id;
  const after = item.content.splice(at - clock);
  const left = withContent(item, item.content);
  const origin = new ID(client, at - 1);
  const right = new Item(
    new ID(client, at),
    null,
    origin,
    null,
    item.rightOrigin,
    null,
    null,
    after,
  );
  return [left, right];
}

function withContent(item: Item, content: Item['content']): Item {
  const { id, origin, rightOrigin, parent, parentSub } = item;
  return new Item(id, null, origin, null, rightOrigin, parent, parentSub, content);
}

function joinRuns(structs: readonly Struct[]): Struct[] {
  const joined: Struct[] = [];
  let last: Struct | undefined;
  for (const struct of structs) {
    if (last !== undefined && canJoin(last, struct)) {
      last = join(last, struct);
      joined[joined.length - 1] = last;
    } else {
      last = struct;
      joined.push(struct);
    }
  }
  return joined;
}

function canJoin(left: Struct, right: Struct): boolean {
  if (left instanceof GC) return right instanceof GC;
  if (!(left instanceof Item) || !(right instanceof Item)) return false;
  if (left.content.constructor !== right.content.constructor || !isRun(left.content)) return false;
  const follows = right.origin !== null && compareIDs(right.origin, left.lastId);
  return follows && compareIDs(left.rightOrigin, right.rightOrigin);
}

function isRun(content: Item['content']): boolean {
  return (
    content instanceof ContentString ||
    content instanceof ContentDeleted ||
    content instanceof ContentAny ||
    content instanceof ContentJSON
  );
}

/** Joins what may be joined; the left content takes the right one in. */
function join(left: Struct, right: Struct): Struct {
  if (left instanceof Item && right instanceof Item) {
    left.content.mergeWith(right.content);
    return withContent(left, left.content);
  }
  return new GC(left.id, left.length + right.length);
}
