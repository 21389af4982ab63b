import {
  createEncoder,
  toUint8Array,
  writeUint8,
  writeVarString,
  writeVarUint,
  type Encoder,
} from 'lib0/encoding';
import { FrameReader, MAX_ID_BYTES } from '@plenary/protocol';
import { MAX_NEWS_BYTES } from './ports.ts';

/** One Yjs client as its node shows it to the others. */
export interface PresentEntry {
  readonly client: number;
  readonly clock: number;
  /** Person it belongs to (R7). */
  readonly personId: string;
  /** JSON signed by its node; `null` when it has gone. */
  readonly state: string;
}

/** One line of a node's list of who is there. */
export interface RosterEntry {
  readonly client: number;
  readonly clock: number;
  /** Clock at which its state changed last; what came since only renews it. */
  readonly changedClock: number;
}

/**
 * What one node tells the others about a chapter. `node` is the one that tells.
 *
 * - `head`: the log has rows up to this position; null where it is not known.
 * - `presence`: these of its clients have changed.
 * - `roster`: these are all its clients. Told regularly, it mends whatever got lost.
 * - `who`: the node lacks somebody; the named node, or with an empty name every one, is to tell whom
 *   it has.
 * - `left`: the node has nobody here any more.
 */
export type RoomNews =
  | { readonly type: 'head'; readonly node: string; readonly head: number | null }
  | { readonly type: 'presence'; readonly node: string; readonly entries: readonly PresentEntry[] }
  | { readonly type: 'roster'; readonly node: string; readonly entries: readonly RosterEntry[] }
  | { readonly type: 'who'; readonly node: string; readonly to: string }
  | { readonly type: 'left'; readonly node: string };

/** Numbers of the kinds; never reused, as nodes of two versions may run side by side. */
const KINDS = { head: 1, presence: 2, roster: 3, who: 4, left: 5 } as const;

/** One piece of news as bytes for the bus. */
export function encodeRoomNews(news: RoomNews): Uint8Array {
  const encoder = createEncoder();
  writeUint8(encoder, KINDS[news.type]);
  writeVarString(encoder, news.node);
  switch (news.type) {
    case 'head':
      writeVarUint(encoder, news.head === null ? 0 : news.head + 1);
      break;
    case 'presence':
      writeList(encoder, news.entries, ({ client, clock, personId, state }) => {
        writeVarUint(encoder, client);
        writeVarUint(encoder, clock);
        writeVarString(encoder, personId);
        writeVarString(encoder, state);
      });
      break;
    case 'roster':
      writeList(encoder, news.entries, ({ client, clock, changedClock }) => {
        writeVarUint(encoder, client);
        writeVarUint(encoder, clock);
        writeVarUint(encoder, clock - changedClock);
      });
      break;
    case 'who':
      writeVarString(encoder, news.to);
      break;
    case 'left':
      break;
  }
  return toUint8Array(encoder);
}

/**
 * Reads one piece of news. Null for a kind this version does not know. Throws `MalformedFrameError`
 * for anything else that is none.
 */
export function decodeRoomNews(bytes: Uint8Array): RoomNews | null {
  const reader = new FrameReader(bytes, MAX_NEWS_BYTES);
  const kind = reader.byte();
  const node = reader.text(MAX_ID_BYTES);
  const news = readNews(reader, kind, node);
  if (news !== null) reader.end();
  return news;
}

function readNews(reader: FrameReader, kind: number, node: string): RoomNews | null {
  switch (kind) {
    case KINDS.head:
      return { type: 'head', node, head: readHead(reader) };
    case KINDS.presence:
      return { type: 'presence', node, entries: readList(reader, readPresent) };
    case KINDS.roster:
      return { type: 'roster', node, entries: readList(reader, readRosterEntry) };
    case KINDS.who:
      return { type: 'who', node, to: reader.text(MAX_ID_BYTES) };
    case KINDS.left:
      return { type: 'left', node };
    default:
      return null;
  }
}

function readHead(reader: FrameReader): number | null {
  const number = reader.uint();
  return number === 0 ? null : number - 1;
}

function readPresent(reader: FrameReader): PresentEntry {
  return {
    client: reader.uint(),
    clock: reader.uint(),
    personId: reader.text(MAX_ID_BYTES),
    state: reader.text(MAX_NEWS_BYTES),
  };
}

function readRosterEntry(reader: FrameReader): RosterEntry {
  const client = reader.uint();
  const clock = reader.uint();
  return { client, clock, changedClock: Math.max(0, clock - reader.uint()) };
}

function writeList<T>(encoder: Encoder, list: readonly T[], write: (entry: T) => void): void {
  writeVarUint(encoder, list.length);
  for (const entry of list) write(entry);
}

function readList<T>(reader: FrameReader, read: (reader: FrameReader) => T): T[] {
  const count = reader.uint();
  const list: T[] = [];
  // A count that lies ends at the end of the bytes: each entry takes some.
  for (let i = 0; i < count; i += 1) list.push(read(reader));
  return list;
}

/** Entries in parts that fit into one piece of news each. */
export function splitEntries(entries: readonly PresentEntry[]): PresentEntry[][] {
  const parts: PresentEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size =
      MAX_NUMBER_BYTES * 2 + MAX_UTF8_BYTES * (entry.personId.length + entry.state.length);
    if (size > room) {
      parts.push([]);
      room = MAX_NEWS_BYTES - MAX_ID_BYTES * 2;
    }
    parts.at(-1)!.push(entry);
    room -= size;
  }
  return parts;
}

/** Most bytes that a number with its length, or a unit of a string, takes. */
const MAX_NUMBER_BYTES = 8;
const MAX_UTF8_BYTES = 3;
