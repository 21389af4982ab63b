import type { Access, Identity } from '@plenary/protocol';
import type { ConnectionStory } from './connection-story.ts';
import type { ClockRange, UpdateOutline } from './update-outline.ts';

/** One WebSocket (or anything that carries whole binary frames in order). */
export interface Socket {
  /** Queues a frame. The same buffer may be handed to many sockets: it must not be changed. */
  send(frame: Uint8Array): void;
  /** Bytes queued here that the network has not taken yet. */
  readonly bufferedBytes: number;
  close(code: number, reason: string): void;
  /** Ends the connection without a closing handshake. */
  terminate(): void;
  /** Told what becomes of the connection; left out where nobody wants to know. */
  readonly story?: ConnectionStory;
}

/** What the shell calls when something arrives on a socket it handed to the relay. */
export interface Inbound {
  message(data: Uint8Array, isBinary: boolean): void;
  closed(): void;
}

/** One person's bytes in one flush (R3). `bytes` is a Yjs v1 update. */
export interface NewRow {
  readonly personId: string;
  readonly via: Identity['via'];
  readonly bytes: Uint8Array;
  /** Yjs client ids first seen in this row; they belong to `personId` from now on (R7). */
  readonly newClients: readonly number[];
}

/** A row of a chapter's log. Positions start at 1, without gaps, in commit order (R13). */
export type LogRow =
  | {
      readonly kind: 'update';
      readonly position: number;
      readonly personId: string;
      readonly via: Identity['via'];
      /** Milliseconds since the epoch, by the store's clock. */
      readonly at: number;
      readonly bytes: Uint8Array;
    }
  /** Rights in this chapter changed: freeze, thaw, a role, a membership (R6). Ask the Authority. */
  | { readonly kind: 'rights'; readonly position: number; readonly at: number };

/** A chapter as it lies in the log: the stored state and what came after it. */
export interface StoredRoom {
  /** Drawn at random at creation and by every restore and rollback (R11). */
  readonly generation: string;
  /** Position of the last row; 0 for an untouched chapter. */
  readonly head: number;
  /** Merged state up to and including `statePosition`; null when nothing was compacted yet. */
  readonly state: Uint8Array | null;
  readonly statePosition: number;
  /** Rows after `statePosition`, in order. */
  readonly tail: readonly LogRow[];
  /** Owner of each Yjs client id ever seen in this chapter. */
  readonly clients: ReadonlyMap<number, string>;
}

export type AppendResult =
  | { readonly type: 'committed'; readonly head: number; readonly at: number }
  /** Somebody else appended since `expectedHead`: these rows come first. Look again, then retry. */
  | { readonly type: 'behind'; readonly rows: readonly LogRow[] }
  /** The chapter has gone, or has another generation now. */
  | { readonly type: 'gone' }
  /** The store cannot take it (disk full, read-only). Nothing of it was stored. */
  | { readonly type: 'full'; readonly cause: unknown };

/**
 * The durable log of all chapters: the only truth. Every adapter runs the contract suite in
 * `packages/testing`. A promise that rejects means "not known whether stored"; the caller must load
 * the room again before it tells anybody anything.
 */
export interface UpdateLog {
  /** Resolves to null for a chapter that does not exist. */
  load(chapterId: string): Promise<StoredRoom | null>;
  /**
   * Appends rows at `expectedHead + 1, …` if that is still the head, checked and written in one
   * transaction, and resolves only when they are on the disk (R1). Many chapters' appends may share
   * one commit.
   */
  append(
    chapterId: string,
    batch: { generation: string; expectedHead: number; rows: readonly NewRow[] },
  ): Promise<AppendResult>;
  /** Rows after `position`, in order, at most `limit`. */
  readAfter(chapterId: string, position: number, limit: number): Promise<readonly LogRow[]>;
  /**
   * Stores a merged state up to `position`. The rows stay: history and authorship are read from
   * them. A state for an older position or another generation is ignored.
   */
  compact(
    chapterId: string,
    snapshot: { generation: string; position: number; state: Uint8Array },
  ): Promise<void>;
  /** Heads of those of the given chapters that exist. */
  heads(chapterIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Decides who may do what, from the one policy module. Asked at joining and after `rights` rows. */
export interface Authority {
  accessOf(identity: Identity, chapterId: string): Promise<Access>;
}

/**
 * News between the nodes that serve the same chapters; nothing durable. Any of it may be lost,
 * doubled, late or out of order, and the rooms mend that by themselves (R13). With one node there is
 * nobody to tell. Every adapter runs the contract suite in `packages/testing`.
 */
export interface Bus {
  /** Name of this node among the others: drawn at random at every start, so that none is used twice. */
  readonly node: string;
  /**
   * Tells the other nodes that listen to a chapter; at most `MAX_NEWS_BYTES`. Returns at once and
   * never throws: where it cannot be sent now, it is lost. The bytes may be changed afterwards.
   */
  publish(chapterId: string, news: Uint8Array): void;
  /**
   * Hears what other nodes tell about a chapter, soon after the call; never what this node tells. The
   * returned function ends it, and may be called twice. A listener that throws disturbs no other.
   */
  listen(chapterId: string, listener: (news: Uint8Array) => void): () => void;
}

/** Largest piece of news, in bytes: the Yjs ids of everybody in the fullest room. */
export const MAX_NEWS_BYTES: number = 128 * 1024;

/** What a merged, gap-free update holds, without its content. */
export interface UpdateSummary {
  /** Encoded Yjs state vector. */
  readonly stateVector: Uint8Array;
  /**
   * Deletions the update names, and those its structs carry in themselves (garbage, deleted
   * content), as a Yjs update that holds deletions alone.
   */
  readonly deletions: Uint8Array;
}

/** Heavy work on bytes (over 256 KB), done on another thread. */
export interface Merger {
  merge(updates: readonly Uint8Array[]): Promise<Uint8Array>;
  /** Merges into a state to be stored; see `compactUpdate`. */
  compact(updates: readonly Uint8Array[]): Promise<Uint8Array>;
  diff(update: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array>;
  /**
   * Everything that is deleted once `update` is integrated, also what no update names because
   * integration implies it, as a Yjs update that holds deletions alone.
   */
  impliedDeletions(update: Uint8Array): Promise<Uint8Array>;
  /**
   * What a client's update holds, without its content; null when it is no Yjs update or one that no
   * honest client makes.
   */
  outline(update: Uint8Array): Promise<UpdateOutline | null>;
  /** The parts of an update in the given ranges, with the given deletions (an update of those alone). */
  cut(update: Uint8Array, keep: readonly ClockRange[], deletions: Uint8Array): Promise<Uint8Array>;
  /** What `update` holds, without its content; see `UpdateSummary`. */
  summarise(update: Uint8Array): Promise<UpdateSummary>;
  close(): Promise<void>;
}

export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The part of a pino logger the relay uses. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
