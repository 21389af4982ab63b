import { summarise } from './heavy-work.ts';
import { Holdings, type Addition } from './holdings.ts';
import { IdRanges } from './id-ranges.ts';
import type { RelayLimits } from './limits.ts';
import type { LogRow, Merger, StoredRoom, UpdateLog, UpdateSummary } from './ports.ts';
import { readLarge } from './read-large.ts';
import {
  MalformedUpdateError,
  isDeletedInItself,
  readUpdate,
  type ReadUpdate,
  type Struct,
} from './read-update.ts';
import type { StructOutline } from './struct-outline.ts';
import { RoomText, bytesOfRows } from './room-text.ts';
import { decodeStateVector, type StateVector } from './yjs-bytes.ts';

/** A chapter as the relay holds it. */
export interface LoadedRoom {
  readonly generation: string;
  readonly head: number;
  readonly holdings: Holdings;
  readonly text: RoomText;
  /** State vector of the stored state alone, without the tail. */
  readonly stateVector: StateVector;
}

/**
 * Reads a chapter from the log; null when it does not exist. A large one is merged and summarised
 * on another thread. Throws when the log fails or holds what is no Yjs update.
 */
export async function loadRoom(
  chapter: { readonly id: string; readonly room: number },
  ports: { readonly log: UpdateLog; readonly merger: Merger; readonly limits: RelayLimits },
): Promise<LoadedRoom | null> {
  const stored = await ports.log.load(chapter.id);
  if (stored === null) return null;
  const { merger } = ports;
  const { heavyBytes } = ports.limits;
  const holdings = new Holdings();
  for (const [client, owner] of stored.clients) holdings.addOwner(client, owner);

  const { state, position } = await settleState(stored, { merger, heavyBytes });
  const isHeavy = (state?.byteLength ?? 0) > heavyBytes;
  let stateVector: StateVector = new Map();
  if (state !== null) {
    const summary = isHeavy ? await merger.summarise(state) : summarise(state);
    stateVector = addSummary(summary, holdings);
  }
  const text = new RoomText(chapter.room, { position, bytes: state }, { merger, heavyBytes });
  for (const row of stored.tail) {
    if (row.kind !== 'update' || row.position <= position) continue;
    holdings.addCommitted(additionOf(row, await readRow(row, ports), holdings));
    text.push(row.position, row.bytes);
  }
  return { generation: stored.generation, head: stored.head, holdings, text, stateVector };
}

/** Takes a heavy tail into the state at once: nobody should merge it again at every join. */
async function settleState(
  stored: StoredRoom,
  { merger, heavyBytes }: { readonly merger: Merger; readonly heavyBytes: number },
): Promise<{ state: Uint8Array | null; position: number }> {
  const updates = stored.tail.flatMap((row) => (row.kind === 'update' ? [row.bytes] : []));
  if (bytesOfRows(stored.tail) <= heavyBytes) {
    return { state: stored.state, position: stored.statePosition };
  }
  const all = stored.state === null ? updates : [stored.state, ...updates];
  return { state: await merger.compact(all), position: stored.head };
}

function addSummary(summary: UpdateSummary, holdings: Holdings): StateVector {
  const clocks = decodeStateVector(summary.stateVector);
  const { deletions } = readUpdate(summary.deletions);
  holdings.addCommitted({ clocks, deletions, newClients: [], personId: '' });
  return new Map(clocks);
}

type UpdateRow = Extract<LogRow, { kind: 'update' }>;

/** Takes a row apart, a large one on another thread. Rejects when its bytes are no Yjs update. */
export async function readRow(
  row: UpdateRow,
  work: { readonly merger: Merger; readonly limits: RelayLimits },
): Promise<RowContent> {
  const read = await readLarge(row.bytes, work);
  if (read === null) throw new MalformedUpdateError(`row ${row.position} is no Yjs update`);
  return read;
}

/** A row taken apart. */
export type RowContent = ReadUpdate<Struct | StructOutline>;

/** What a row of the log adds. */
export function additionOf(row: UpdateRow, content: RowContent, holdings: Holdings): Addition {
  const { groups, deletions } = content;
  const clocks = new Map<number, number>();
  const all = new IdRanges();
  all.addAll(deletions);
  for (const { client, structs } of groups) {
    const last = structs.at(-1)!;
    // What waits here does not count: it may yet be dropped.
    const held = holdings.committedVector.get(client) ?? 0;
    clocks.set(client, Math.max(held, last.id.clock + last.length));
    for (const struct of structs) {
      if (!isDeletedInItself(struct)) continue;
      all.add(client, struct.id.clock, struct.id.clock + struct.length);
    }
  }
  // An owner that is committed already stays.
  return { clocks, deletions: all, newClients: [...clocks.keys()], personId: row.personId };
}
