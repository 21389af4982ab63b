import { sql, type Kysely } from 'kysely';
import type { UpdateLog } from '@plenary/relay';
import { createFolderStore } from './adapters/files/folder-store.ts';
import { createMailFolder } from './adapters/mail/mail-folder.ts';
import type { Database } from './adapters/sql/schema.ts';
import { createDatabase } from './adapters/sqlite/create-database.ts';
import { openSqliteUpdateLog } from './adapters/sqlite/sqlite-update-log.ts';
import type { Config } from './config.ts';
import type { FileStore, MailFolder } from './domain/ports.ts';

/** Everything that outlives the process: tables, the relay's log, uploaded files, texts of mails. */
export interface Storage {
  readonly db: Kysely<Database>;
  readonly log: UpdateLog;
  readonly files: FileStore;
  readonly mailFolder: MailFolder;
  /** Names of the migrations that ran when it was opened. */
  readonly migrated: readonly string[];
  /** Resolves when the database answers. */
  checkDatabase(): Promise<unknown>;
  /** Finishes what was asked of the log, then ends the log and the database. */
  close(): Promise<void>;
}

/** What opening needs beside its configuration. */
export interface StorageOptions {
  /** Told when nothing can be stored any more by this process: it must end. */
  readonly onGone: (error: Error) => void;
}

/**
 * Opens the store of an instance and brings it to this version. The data folder must be taken
 * already (`takeDataFolder`).
 */
export async function openStorage(
  config: Pick<Config, 'dataDir'>,
  options: StorageOptions,
): Promise<Storage> {
  const { dataDir } = config;
  const { onGone } = options;
  const database = await createDatabase(dataDir, { onGone });
  const { db } = database;
  const migrated = await database.migrate();
  const log = await openSqliteUpdateLog(dataDir, { writeLock: database.writeLock, onGone });
  return {
    db,
    log,
    migrated,
    files: createFolderStore(dataDir),
    mailFolder: createMailFolder(dataDir),
    checkDatabase: () => sql`select 1`.execute(db),
    async close() {
      await log.close();
      await database.close();
    },
  };
}
