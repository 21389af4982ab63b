import { join } from 'node:path';
import Database from 'better-sqlite3';

/** The one database file of an instance. */
export const DATABASE_FILE = 'plenary.db';

/** How long SQLite itself waits for a writer in another process (an admin command, a backup tool). */
const BUSY_TIMEOUT_MS = 10_000;

/** Pages kept in memory by each connection, in KiB: enough for the indexes in daily use. */
const CACHE_KIB = 8_192;

/**
 * Opens a connection to the database of a data folder, creating the file when it is a writer.
 * Write-ahead logging, and `synchronous=FULL` so that a commit which returned is on the disk (R1).
 * Throws a `SqliteError` with its code when the file cannot be opened.
 */
export function openConnection(dataDir: string, mode: 'write' | 'read'): Database.Database {
  const connection = new Database(join(dataDir, DATABASE_FILE), {
    timeout: BUSY_TIMEOUT_MS,
    readonly: mode === 'read',
  });
  try {
    if (mode === 'write') connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
