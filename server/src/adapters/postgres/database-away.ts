import { DatabaseError } from 'pg';

/** SQLSTATE of a server that is starting or stopping, or has no connection left. */
const AWAY: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '53300']);

/** Codes of a network on which nobody answers. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ENOENT',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** How pg begins what it says of a connection that broke, or that was not to be had in time. */
const BROKEN =
  /^(?:Connection terminated|timeout exceeded|Query read timeout|Client has encountered)/;

/** The database does not answer now: try again later. */
export class DatabaseAwayError extends Error {
  readonly code = 'DATABASE_AWAY';
}

/**
 * What to throw for an error of pg: a `DatabaseAwayError` when the database cannot be reached, else
 * the error, without the values of rows that PostgreSQL adds to it: errors are logged.
 */
export function toOurError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof DatabaseError) error.detail = undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isAway =
    error instanceof DatabaseError
      ? AWAY.has(code)
      : UNREACHABLE.has(code) || BROKEN.test(error.message);
  return isAway ? new DatabaseAwayError('the database does not answer', { cause: error }) : error;
}
