import type { Access, RefusalReason } from '@plenary/protocol';
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';

/**
 * What the person is told about saving, always true:
 * - `loading`: nothing to show yet, neither here nor from the server;
 * - `saved`: connected, and everything typed here, in other tabs too, is on the server's disk;
 * - `saving`: connected, `pending` changes on their way (0 while the chapter is being opened);
 * - `offline`: not connected; `pending` changes are kept on this device (`keptLocally`) or only in
 *   this page's memory;
 * - `read-only`: connected, may not write, `access` says why; `pending` changes wait here;
 * - `closed`: the server will not open this chapter; `code` is from the table of close codes.
 */
export type SaveState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly pending: number }
  | { readonly kind: 'offline'; readonly pending: number; readonly keptLocally: boolean }
  | { readonly kind: 'read-only'; readonly access: Access; readonly pending: number }
  | { readonly kind: 'closed'; readonly code: number; readonly pending: number };

/** Edits that were refused or belong to another history: kept for the person, never sent again. */
export interface Draft {
  readonly id: string;
  readonly chapterId: string;
  readonly reason: RefusalReason | 'stale' | 'access-lost';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /**
   * A Yjs update with the whole text as the person saw it. In one case it holds the edits alone:
   * when another page of this person crashed with edits of a history that has gone since.
   */
  readonly state: Uint8Array;
}

/**
 * One chapter held by this client. `doc` and `awareness` are replaced, not changed, when edits have
 * to leave the live text (a refusal) or the server's text has another history (a restore): whoever
 * is bound to them binds again in `onReplaced`.
 */
export interface Replica {
  readonly chapterId: string;
  readonly doc: Doc;
  readonly awareness: Awareness;
  readonly state: SaveState;
  /** What the server lets this person do here; null until it has said so. */
  readonly access: Access | null;
  readonly drafts: readonly Draft[];
  /** Resolves when there is text to show, from the local copy or from the server. */
  readonly whenLoaded: Promise<void>;
  /** Calls back after `state`, `access` or `drafts` changed. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
  /**
   * Calls back when `doc` and `awareness` are new objects. The old ones still work during the
   * callback and are destroyed after it.
   */
  onReplaced(listener: () => void): () => void;
  discardDraft(id: string): Promise<void>;
  /**
   * Leaves the chapter. What is unsent stays in the local copy and is sent the next time; what the
   * copy would not take stays in this page's memory, and the chapter open, until the server has it.
   */
  close(): Promise<void>;
}

/** All chapters of one person over one socket. */
export interface Connection {
  readonly status: 'connecting' | 'online' | 'offline';
  /** Code with which the server ended the connection for good (4400 to 4499), else null. */
  readonly closedCode: number | null;
  /** Whether closing this page now would lose something, also of a chapter that was left. */
  readonly wouldLose: boolean;
  onStatus(listener: () => void): () => void;
  /** Opens a chapter, or shares the replica already open; each call needs its own `close`. */
  open(chapterId: string): Replica;
  /** The person asks to try again now: also after the server had closed for good. */
  retry(): void;
  /** Closes the socket and every chapter once what is here has been kept. Safe to call twice. */
  close(): Promise<void>;
}

/** What `connect` needs from its surroundings. */
export interface ConnectOptions {
  /** Address of the endpoint, such as `wss://host/collab/`. */
  readonly url: string;
  /** Local copies of this person. */
  readonly store: LocalStore;
  readonly openSocket: SocketFactory;
  readonly clock: Clock;
  /** Numbers from 0 (inclusive) to 1 (exclusive), for delays and ids. */
  readonly random: () => number;
  /** Version of the document format this build writes. */
  readonly schemaVersion: number;
  /** News of the device about its network; without it only time and frames tell. */
  readonly network?: Network;
  /** Told of every new document before anything is in it, to set up how it is read. */
  readonly prepare?: (doc: Doc) => void;
}

/** News of the device about its network. A hint, never a proof. */
export interface Network {
  /** Calls back with true when the device comes online and false when it goes offline. */
  subscribe(listener: (online: boolean) => void): () => void;
}

/** Time as a port. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Opens sockets; the browser's WebSocket or `ws`. */
export type SocketFactory = (url: string, protocol: string) => WebSocketLike;

/** The part of the WHATWG WebSocket that the provider uses. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** One or more changes of this person that the server has not acknowledged. */
export interface LocalEdit {
  /** History the edit was made in; empty when the chapter had never been opened here. */
  readonly generation: string;
  /** A Yjs update. */
  readonly bytes: Uint8Array;
  /** How many changes the person would count in it. */
  readonly changes: number;
}

/** A kept edit; `key` is unique in the store and grows. */
export interface UnsentEdit extends LocalEdit {
  readonly key: number;
}

/** What one chapter's local copy holds. It belongs to one person (DESIGN section 5). */
export interface LocalCopy {
  /** History of `base`; empty when nothing came from the server yet. */
  readonly generation: string;
  /** The server's position up to which `base` is complete. */
  readonly position: number;
  /** Merged updates known to be on the server. */
  readonly base: Uint8Array | null;
  /** Edits not acknowledged, of every page of this person and of every generation, oldest first. */
  readonly unsent: readonly UnsentEdit[];
  readonly drafts: readonly Draft[];
}

/** What came from the server for one chapter. */
export interface Advance {
  readonly generation: string;
  /** The update holds everything after this position … */
  readonly from: number;
  /** … up to and including this one. */
  readonly position: number;
  /** A Yjs update; null when the chapter is untouched. */
  readonly update: Uint8Array | null;
}

/**
 * Keeps one person's local copies: IndexedDB in the browser, memory in tests. Several pages share
 * them, so every call is one transaction and says what it does when another page was faster. Calls
 * reject when the store cannot do what was asked (quota, closed, deleted by signing out); nothing
 * of the call is kept then.
 */
export interface LocalStore {
  /** Whether what it keeps survives closing the browser. */
  readonly durable: boolean;
  /** Everything kept of a chapter; null when there is nothing. */
  load(chapterId: string): Promise<LocalCopy | null>;
  /** The same without the text: cheap, for looking what other pages have kept. */
  peek(chapterId: string): Promise<Omit<LocalCopy, 'base'>>;
  /** Keeps an edit; resolves with its key when it survives closing the browser. */
  addUnsent(chapterId: string, edit: LocalEdit): Promise<number>;
  /**
   * The server has these: they leave `unsent` and join `base`, except those of another generation,
   * which just leave. Keys that are not there are passed over.
   */
  acknowledge(chapterId: string, keys: readonly number[]): Promise<void>;
  /** These are never to be sent: they leave `unsent`, and the draft is kept. */
  setAside(chapterId: string, keys: readonly number[], draft: Draft | null): Promise<void>;
  /**
   * Adds what came from the server. The position never goes back. Passed over when the copy has
   * another generation, or does not reach `from`: base has no gaps.
   */
  advance(chapterId: string, to: Advance): Promise<void>;
  /**
   * Another history: the text of every other generation goes, the given edits leave `unsent`, and
   * the draft is kept. A copy that has this generation already keeps its text; the empty generation
   * empties it. Edits that another page has kept meanwhile stay, for whoever finds them.
   */
  replace(
    chapterId: string,
    by: { readonly generation: string; readonly keys: readonly number[]; draft: Draft | null },
  ): Promise<void>;
  removeDraft(chapterId: string, id: string): Promise<void>;
  /** Bytes and chapters kept for this person. */
  size(): Promise<{ readonly bytes: number; readonly chapters: number }>;
  /** Calls back when another page of this person changed a chapter's copy. */
  watch(listener: (chapterId: string) => void): () => void;
  /**
   * Forgets one chapter, drafts included; or without a chapter everything of this person, for every
   * page: their stores are closed by it.
   */
  drop(chapterId?: string): Promise<void>;
  /** Releases what is held. Safe to call twice. */
  close(): Promise<void>;
}
