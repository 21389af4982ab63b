import type { Member } from './member.ts';
import type { NewRow } from './ports.ts';
import type { ReadUpdate, Struct } from './read-update.ts';
import type { NewContent } from './sift-update.ts';
import type { StructOutline } from './struct-outline.ts';

/** An update as it came from a client. */
export interface Edit {
  readonly member: Member;
  /** The client's number for it; 0 where the protocol has none. */
  readonly seq: number;
  readonly bytes: Uint8Array;
  /** Outlines of its structs where it is large. */
  readonly read: ReadUpdate<Struct | StructOutline>;
  /** Whether it answers a question for everything the client has: it repeats whole delete sets. */
  readonly isFullSync: boolean;
  /** The room's head when it came. */
  readonly arrivedAt: number;
  /** When it came, by the clock. */
  readonly receivedAt: number;
  /** Whether it is what is left of an update after the structs of others were taken out (R11). */
  readonly isRest: boolean;
  /** Whether the log was looked at since it came, not this node's memory of it alone. */
  readonly isChecked: boolean;
}

/** An edit that waits for the next commit; without content it only waits for its acknowledgement. */
export interface QueuedEdit {
  readonly edit: Edit;
  readonly content: NewContent | null;
}

/**
 * The rows of one flush: one for each person and way of signing in (R3), in the order of their
 * first edit. A new set of rows begins where an edit builds on another person's queued one, so that
 * every prefix of the log is causally closed (R14).
 */
export async function composeRows(
  batch: readonly QueuedEdit[],
  merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>,
): Promise<NewRow[]> {
  const drafts: { head: Omit<NewRow, 'bytes'>; newClients: number[]; updates: Uint8Array[] }[] = [];
  let open = new Map<string, (typeof drafts)[number]>();
  for (const { edit, content } of batch) {
    if (content === null) continue;
    const { personId, via } = edit.member.identity;
    const key = `${via} ${personId}`;
    if (content.needsEarlierRow) open = new Map();
    let draft = open.get(key);
    if (draft === undefined) {
      draft = { head: { personId, via, newClients: [] }, newClients: [], updates: [] };
      drafts.push(draft);
      open.set(key, draft);
    }
    draft.updates.push(content.bytes);
    draft.newClients.push(...content.newClients);
  }
  const rows: NewRow[] = [];
  for (const { head, newClients, updates } of drafts) {
    rows.push({ ...head, newClients: [...new Set(newClients)], bytes: await merge(updates) });
  }
  return rows;
}
