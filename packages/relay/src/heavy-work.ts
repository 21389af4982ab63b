import {
  Doc,
  applyUpdate,
  createDeleteSetFromStructStore,
  diffUpdate,
  mergeUpdates as mergeYjsUpdates,
} from 'yjs';
import { compactUpdate } from './compact-update.ts';
import { IdRanges } from './id-ranges.ts';
import type { Merger, UpdateSummary } from './ports.ts';
import { MalformedUpdateError, isDeletedInItself, readUpdate } from './read-update.ts';
import { cutUpdate, outlineUpdate, type UpdateOutline } from './update-outline.ts';
import { EMPTY_UPDATE, encodeDeletions, encodeStateVector } from './yjs-bytes.ts';

/**
 * Updates merged in one go. Yjs sorts all its readers again for every run of structs, so merging n
 * small updates at once costs n²; in groups of this size it stays near n.
 */
const MERGE_GROUP = 32;

/** Everything in `updates` as one update; the empty update when there are none. */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  let level = [...updates];
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += MERGE_GROUP) {
      next.push(mergeYjsUpdates(level.slice(i, i + MERGE_GROUP)));
    }
    level = next;
  }
  return level[0] ?? EMPTY_UPDATE;
}

/** Everything in `updates` as a state to be stored: merged, and without what is deleted. */
export function compact(updates: readonly Uint8Array[]): Uint8Array {
  return compactUpdate(mergeUpdates(updates));
}

/** The structs of `update` beyond an encoded state vector, and all its deletions. */
export function diff(update: Uint8Array, stateVector: Uint8Array): Uint8Array {
  return diffUpdate(update, stateVector);
}

/**
 * Everything that is deleted once `update` is integrated, also what no update names (the losing one
 * of two concurrent values of a key, what was typed inside a deleted parent), as a Yjs update that
 * holds deletions alone. Builds a document for the purpose: 13 times the bytes while it runs.
 */
export function impliedDeletions(update: Uint8Array): Uint8Array {
  const doc = new Doc({ gc: false });
  applyUpdate(doc, update);
  const deletions = new IdRanges();
  for (const [client, items] of createDeleteSetFromStructStore(doc.store).clients) {
    for (const { clock, len } of items) deletions.add(client, clock, clock + len);
  }
  doc.destroy();
  return encodeDeletions(deletions);
}

/** State vector and deletions of a merged, gap-free update. Throws when it is no Yjs update. */
export function summarise(update: Uint8Array): UpdateSummary {
  const { groups, deletions } = readUpdate(update);
  const vector = new Map<number, number>();
  for (const { client, structs } of groups) {
    let clock = 0;
    for (const struct of structs) {
      if (struct.id.clock !== clock) break;
      clock += struct.length;
      if (isDeletedInItself(struct)) deletions.add(client, struct.id.clock, clock);
    }
    if (clock > 0) vector.set(client, clock);
  }
  return { stateVector: encodeStateVector(vector), deletions: encodeDeletions(deletions) };
}

/** The outline of a client's update; null when it is none, or one that no honest client makes. */
export function outline(update: Uint8Array): UpdateOutline | null {
  try {
    return outlineUpdate(update);
  } catch (error) {
    if (error instanceof MalformedUpdateError) return null;
    throw error;
  }
}

/** A Merger that works on the calling thread: for tests, and for anything that has no threads. */
export function inlineMerger(): Merger {
  return {
    merge: (updates) => Promise.resolve().then(() => mergeUpdates(updates)),
    compact: (updates) => Promise.resolve().then(() => compact(updates)),
    diff: (update, stateVector) => Promise.resolve().then(() => diff(update, stateVector)),
    impliedDeletions: (update) => Promise.resolve().then(() => impliedDeletions(update)),
    outline: (update) => Promise.resolve().then(() => outline(update)),
    cut: (update, keep, deletions) =>
      Promise.resolve().then(() => cutUpdate(update, keep, deletions)),
    summarise: (update) => Promise.resolve().then(() => summarise(update)),
    close: () => Promise.resolve(),
  };
}
