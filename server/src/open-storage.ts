import type { Kysely } from 'kysely';
import type { UpdateLog } from '@plenary/relay';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from './adapters/sql/schema.ts';
import type { Config } from './config.ts';
import type { FileStore, MailFolder } from './domain/ports.ts';

/** How much was asked for and is not answered yet, by the name of the queue. */
export type QueueDepths = Readonly<Record<string, () => number>>;

/** Everything that outlives the process: tables, the relay's log, uploaded files, texts of mails. */
export interface Storage {
  readonly db: Kysely<Database>;
  readonly log: UpdateLog;
  readonly files: FileStore;
  readonly mailFolder: MailFolder;
  readonly queues: QueueDepths;
  /** Names of the migrations that ran when it was opened. */
  readonly migrated: readonly string[];
  /** Resolves when the database answers. */
  checkDatabase(): Promise<unknown>;
  /** Finishes what was asked of the log, then ends the log and the database. */
  close(): Promise<void>;
}

/** What opening needs beside its configuration. */
export interface StorageOptions {
  readonly logger: FastifyBaseLogger;
  /** Told when nothing can be stored any more by this process: it must end. */
  readonly onGone: (error: Error) => void;
}

/**
 * Opens the store of an instance and brings it to this version: PostgreSQL when `databaseUrl` names
 * one, else SQLite and folders in the data folder, which must be taken already (`takeDataFolder`).
 * Throws a `ConfigError` for a database that cannot be used.
 */
export async function openStorage(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
  options: StorageOptions,
): Promise<Storage> {
  // Loaded where it is used: no start waits for the other one.
  if (config.databaseUrl !== null) {
    const { openSharedStorage } = await import('./open-shared-storage.ts');
    return openSharedStorage(config.databaseUrl, options);
  }
  const { openFolderStorage } = await import('./open-folder-storage.ts');
  return openFolderStorage(config.dataDir, options);
}
