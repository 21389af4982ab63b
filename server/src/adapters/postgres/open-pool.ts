import { Pool } from 'pg';
import { connectionSettings, type ConnectionLimits } from './postgres-settings.ts';

/** A connection beyond the first that nobody used for so long is closed. */
const IDLE_MS = 60_000;

/** What opening a pool needs. */
export interface PoolOptions {
  /** Names its connections in `pg_stat_activity`. */
  readonly purpose: string;
  /** Most connections at a time. */
  readonly max: number;
  readonly limits?: ConnectionLimits;
  /** Instead of the 15 s after which a server that says nothing is given up. */
  readonly silenceMs?: number;
  /** Told of a connection that broke, idle or not; the pool makes another one when it is needed. */
  readonly onBroken?: (error: Error) => void;
}

/** A pool of connections to a database; none is made before it is needed. */
export function openPool(databaseUrl: string, options: PoolOptions): Pool {
  const { max, onBroken } = options;
  const pool = new Pool({
    ...connectionSettings(databaseUrl, options),
    max,
    min: 1, // the first edit after a quiet hour does not wait for signing in
    idleTimeoutMillis: IDLE_MS,
  });
  // Without a listener a connection that breaks while somebody holds it would end the process; who
  // holds it learns of it from their next statement.
  pool.on('connect', (client) => {
    client.on('error', (error) => onBroken?.(error));
  });
  pool.on('error', () => undefined);
  return pool;
}

/** Connections of a pool at work, and who waits for one. */
export function busyIn(pool: Pool): number {
  return pool.totalCount - pool.idleCount + pool.waitingCount;
}
