import type { LogRow, NewRow } from '@plenary/relay';
import { toLogRow, type StoredHeader, type StoredRow } from '../sql/log-row.ts';
import { packBytes, unpackBytes, type PackedBytes } from './packed-bytes.ts';

/** A row on its way to the log, its bytes packed beside it. */
type RowHeader = Omit<NewRow, 'bytes'>;

/** What the writing thread of the log is asked. */
export type LogWriteRequest =
  | {
      readonly type: 'append';
      readonly chapterId: string;
      readonly generation: string;
      readonly expectedHead: number;
      readonly rows: readonly RowHeader[];
      readonly bytes: PackedBytes;
    }
  | {
      readonly type: 'compact';
      readonly chapterId: string;
      readonly generation: string;
      readonly position: number;
      readonly state: Uint8Array;
    };

/** What the writing thread answers to an append. */
export type AppendReply =
  | { readonly type: 'committed'; readonly head: number; readonly at: number }
  | { readonly type: 'behind'; readonly rows: PackedRows }
  | { readonly type: 'gone' }
  | { readonly type: 'full'; readonly message: string; readonly code: string | null };

/** What the reading thread of the log is asked. */
export type LogReadRequest =
  | { readonly type: 'load'; readonly chapterId: string }
  | {
      readonly type: 'read-after';
      readonly chapterId: string;
      readonly position: number;
      readonly limit: number;
    }
  | { readonly type: 'heads'; readonly chapterIds: readonly string[] };

/** What the reading thread answers to `load`; null for an unknown chapter. */
export interface LoadReply {
  readonly generation: string;
  readonly head: number;
  readonly state: Uint8Array | null;
  readonly statePosition: number;
  readonly tail: PackedRows;
  readonly clients: ReadonlyMap<number, string>;
}

/** Rows of the log as they cross between threads. */
export interface PackedRows {
  readonly headers: readonly StoredHeader[];
  readonly bytes: PackedBytes;
}

const NO_BYTES = new Uint8Array(0);

/** Rows ready to be posted; transfer `bytes.buffer`. */
export function packRows(rows: readonly StoredRow[]): PackedRows {
  return {
    headers: rows.map(({ kind, position, at, personId, via }) => ({
      kind,
      position,
      at,
      personId,
      via,
    })),
    bytes: packBytes(rows.map((row) => row.bytes ?? NO_BYTES)),
  };
}

/** The rows of the log that were packed. */
export function unpackRows({ headers, bytes }: PackedRows): LogRow[] {
  const strings = unpackBytes(bytes);
  return headers.map((header, index) => toLogRow(header, strings[index] ?? NO_BYTES));
}
