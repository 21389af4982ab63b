import {
  decodeStateVector,
  decodeUpdate,
  encodeStateVectorFromUpdate,
  getState,
  Item,
  mergeUpdates,
  Skip,
  type Doc,
} from 'yjs';

/** Yjs compares every input with every other: merging in small groups keeps it linear. */
const FAN_IN = 32;

/** One update with the contents of all, of which there must be at least one. */
export function mergeAll(updates: readonly Uint8Array[]): Uint8Array {
  let level = updates;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let start = 0; start < level.length; start += FAN_IN) {
      next.push(mergeUpdates(level.slice(start, start + FAN_IN)));
    }
    level = next;
  }
  const [merged] = level;
  if (merged === undefined) throw new RangeError('nothing to merge');
  return merged;
}

/** Whether an update holds deletions only (a version 1 update begins with its count of authors). */
export function holdsDeletionsOnly(update: Uint8Array): boolean {
  return update[0] === 0;
}

/** What a text holds, by author: all clocks below the number. */
export type Clocks = Map<number, number>;

/** The clocks of a merged update without gaps; empty for null. */
export function clocksOf(update: Uint8Array | null): Clocks {
  return update === null ? new Map() : decodeStateVector(encodeStateVectorFromUpdate(update));
}

/**
 * Whether `update` can be integrated on top of `held` alone: no author's clocks skip, every
 * neighbour and parent is there, and what it deletes exists. If so, `held` then includes it.
 */
export function integrate(update: Uint8Array, held: Clocks): boolean {
  const { structs, ds } = decodeUpdate(update);
  const reached: Clocks = new Map();
  const clockOf = (client: number) => reached.get(client) ?? held.get(client) ?? 0;
  for (const struct of structs) {
    if (struct instanceof Skip) continue;
    const { client, clock } = struct.id;
    if (clock > clockOf(client)) return false;
    reached.set(client, Math.max(clockOf(client), clock + struct.length));
  }
  const isThere = (id: unknown) => !isId(id) || id.clock < clockOf(id.client);
  for (const struct of structs) {
    if (!(struct instanceof Item)) continue;
    if (![struct.origin, struct.rightOrigin, struct.parent].every(isThere)) return false;
  }
  for (const [client, deletions] of ds.clients) {
    for (const { clock, len } of deletions) {
      if (clock + len > clockOf(client)) return false;
    }
  }
  for (const [client, clock] of reached) held.set(client, clock);
  return true;
}

/**
 * Whether everything in `update` is in `doc`. What Yjs holds back there, because something it builds
 * on is missing, does not count.
 */
export function isIntegrated(update: Uint8Array, doc: Doc): boolean {
  const { structs, ds } = decodeUpdate(update);
  const clockOf = (client: number) => getState(doc.store, client);
  return (
    structs.every(({ id, length }) => id.clock + length <= clockOf(id.client)) &&
    [...ds.clients].every(([client, deletions]) =>
      deletions.every(({ clock, len }) => clock + len <= clockOf(client)),
    )
  );
}

/** Whether a document holds something back because what it builds on is missing. */
export function holdsBack(doc: Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}

function isId(value: unknown): value is { client: number; clock: number } {
  return typeof value === 'object' && value !== null && 'client' in value && 'clock' in value;
}
