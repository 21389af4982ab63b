import type { LogRow, NewRow } from '@plenary/relay';

/** Rows handed over at most when somebody is behind; they come for more when there are more. */
export const MAX_ROWS_BEHIND = 1_000;

/** A row of `collab_log` without its bytes. */
export interface StoredHeader {
  readonly kind: LogRow['kind'];
  readonly position: number;
  readonly at: number;
  readonly personId: string | null;
  readonly via: string | null;
}

/** A row of `collab_log` as the database gives it. */
export interface StoredRow extends StoredHeader {
  readonly bytes: Uint8Array | null;
}

const NO_BYTES = new Uint8Array(0);

/** The row of the log that was stored. Throws for an update without its author: it is damaged. */
export function toLogRow(header: StoredHeader, bytes: Uint8Array | null): LogRow {
  const { kind, position, at, personId, via } = header;
  if (kind === 'rights') return { kind, position, at };
  if (personId === null || !isVia(via)) {
    throw new Error(`row ${position} of the log is damaged: an update without its author`);
  }
  return { kind, position, at, personId, via, bytes: bytes ?? NO_BYTES };
}

function isVia(value: string | null): value is NewRow['via'] {
  return value === 'password' || value === 'token' || value === 'link' || value === 'operator';
}
