import type { Access, RefusalReason } from '@plenary/protocol';
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';

/**
 * What the person is told about saving, always true:
 * - `loading`: nothing to show yet, neither here nor from the server;
 * - `saved`: everything typed here is on the server's disk;
 * - `saving`: connected, `pending` changes on their way;
 * - `offline`: not connected; `pending` changes are kept on this device (`keptLocally`) or only in
 *   this page's memory;
 * - `read-only`: connected, may not write, `access` says why;
 * - `closed`: the server will not open this chapter; `code` is from the table of close codes;
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
  /** A Yjs update with the whole text as the person saw it. */
  readonly state: Uint8Array;
}

/** One chapter held by this client. */
export interface Replica {
  readonly chapterId: string;
  readonly doc: Doc;
  readonly awareness: Awareness;
  readonly state: SaveState;
  readonly drafts: readonly Draft[];
  /** Resolves when there is text to show, from the local copy or from the server. */
  readonly whenLoaded: Promise<void>;
  onChange(listener: () => void): () => void;
  discardDraft(id: string): Promise<void>;
  /** Leaves the chapter. What is unsent stays in the local copy and is sent the next time. */
  close(): Promise<void>;
}

/** All chapters of one person over one socket. */
export interface Connection {
  readonly status: 'connecting' | 'online' | 'offline';
  onStatus(listener: () => void): () => void;
  /** Opens a chapter, or shares the replica already open; each call needs its own `close`. */
  open(chapterId: string): Replica;
  close(): Promise<void>;
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
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** What one chapter's local copy holds. It belongs to one person (DESIGN section 5). */
export interface LocalCopy {
  readonly generation: string;
  /** The server's position up to which `base` is complete. */
  readonly position: number;
  /** Merged updates known to be on the server. */
  readonly base: Uint8Array | null;
  /** This person's updates that the server has not acknowledged, oldest first. */
  readonly unsent: readonly { readonly key: number; readonly bytes: Uint8Array }[];
  readonly drafts: readonly Draft[];
}

/** Keeps local copies: IndexedDB in the browser, memory in tests. Keyed by person and chapter. */
export interface LocalStore {
  load(chapterId: string): Promise<LocalCopy | null>;
  /** Keeps an update before it is sent. Resolves when it survives closing the browser. */
  addUnsent(chapterId: string, bytes: Uint8Array): Promise<number>;
  /** The server has these: they leave `unsent` and are merged into `base`, in one transaction. */
  acknowledge(chapterId: string, keys: readonly number[]): Promise<void>;
  /** Adds what came from the server. */
  advance(
    chapterId: string,
    to: { generation: string; position: number; update: Uint8Array },
  ): Promise<void>;
  /** Another history: replaces everything but the drafts; unsent edits become the given draft. */
  replace(chapterId: string, generation: string, draft: Draft | null): Promise<void>;
  addDraft(draft: Draft): Promise<void>;
  removeDraft(id: string): Promise<void>;
  /** Forgets one chapter, or everything of this person. */
  drop(chapterId?: string): Promise<void>;
  close(): Promise<void>;
}
