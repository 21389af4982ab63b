import { createFolderStore } from './adapters/files/folder-store.ts';
import { createMailFolder } from './adapters/mail/mail-folder.ts';
import { ping } from './adapters/sql/ping.ts';
import { createDatabase } from './adapters/sqlite/create-database.ts';
import { openSqliteUpdateLog } from './adapters/sqlite/sqlite-update-log.ts';
import type { Storage, StorageOptions } from './open-storage.ts';

/** Opens a data folder: SQLite, and folders beside it for files and mails. See `openStorage`. */
export async function openFolderStorage(
  dataDir: string,
  { onGone }: StorageOptions,
): Promise<Storage> {
  const database = await createDatabase(dataDir, { onGone });
  const { db } = database;
  const migrated = await database.migrate();
  const log = await openSqliteUpdateLog(dataDir, { writeLock: database.writeLock, onGone });
  return {
    db,
    log,
    migrated,
    queues: { ...log.queues, ...database.queues },
    files: createFolderStore(dataDir),
    mailFolder: createMailFolder(dataDir),
    checkDatabase: () => ping(db),
    async close() {
      await log.close();
      await database.close();
    },
  };
}
