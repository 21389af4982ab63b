import type { Access } from './access.ts';

/**
 * WebSocket subprotocol of our own client, spoken on `/collab/` (no chapter in the path): several
 * chapters on one socket, acknowledged positions, generation, schema version, resume. The frames
 * are specified in docs/spec/wire.md. A socket without it speaks the y-websocket protocol for the
 * chapter in its path.
 */
export const SUBPROTOCOL = 'plenary.v1';

/**
 * Version of the document format this build writes (docs/spec/document-format.md). A client with an
 * older one is let in to read only, and keeps its edits.
 */
export const SCHEMA_VERSION = 1;

/** What a client sends. `room` is the number the server gave in `opened`; `ref` the client's own. */
export type ClientMessage =
  | {
      readonly type: 'open';
      readonly ref: number;
      readonly chapterId: string;
      readonly schemaVersion: number;
      /** Generation of the local copy; empty when there is none. */
      readonly generation: string;
      /** Log position up to which the local copy is complete; 0 when there is none. */
      readonly position: number;
    }
  | { readonly type: 'close'; readonly room: number }
  /** `seq` counts this client's updates in this room from 1, strictly increasing on one socket. */
  | {
      readonly type: 'update';
      readonly room: number;
      readonly seq: number;
      readonly bytes: Uint8Array;
    }
  /** `bytes` is a y-protocols awareness update. */
  | { readonly type: 'presence'; readonly room: number; readonly bytes: Uint8Array }
  | { readonly type: 'ping'; readonly nonce: number };

/** Why an edit was refused. The author keeps it as a draft; it is never sent again by itself. */
export type RefusalReason =
  | 'read-only'
  | 'frozen'
  | 'foreign'
  | 'too-large'
  | 'not-causal'
  | 'storage-full'
  | 'malformed';

/** What the server sends. `updates` is encoded once per flush: the same buffer goes to everybody. */
export type ServerMessage =
  | {
      readonly type: 'opened';
      readonly ref: number;
      readonly room: number;
      readonly generation: string;
      readonly access: Access;
      /** True when the client's generation and position were accepted, so only the rest follows. */
      readonly resumed: boolean;
      /** Position that the `state` and `updates` which follow at once will have reached. */
      readonly head: number;
    }
  | {
      readonly type: 'state';
      readonly room: number;
      readonly position: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'updates';
      readonly room: number;
      /** Everything after `from`, up to and including `position`, is in `bytes`. */
      readonly from: number;
      readonly position: number;
      readonly bytes: Uint8Array;
    }
  /** Everything this client sent in this room up to `seq` is on disk (or was already held). */
  | { readonly type: 'ack'; readonly room: number; readonly seq: number; readonly position: number }
  | {
      readonly type: 'refused';
      readonly room: number;
      readonly seq: number;
      readonly reason: RefusalReason;
    }
  | { readonly type: 'access'; readonly room: number; readonly access: Access }
  | { readonly type: 'presence'; readonly room: number; readonly bytes: Uint8Array }
  /** An update could not be placed: send everything beyond this state vector (rule R14). */
  | { readonly type: 'missing'; readonly room: number; readonly stateVector: Uint8Array }
  /** The local copy has another history (rule R11): set unsent edits aside, drop it, open again. */
  | { readonly type: 'stale'; readonly ref: number; readonly generation: string }
  /** The chapter is closed to this client, for a reason from the table of close codes. */
  | { readonly type: 'closed'; readonly ref: number; readonly room: number; readonly code: number }
  | { readonly type: 'pong'; readonly nonce: number };
