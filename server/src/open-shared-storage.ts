import { objectionToDatabase } from './adapters/postgres/check-postgres.ts';
import {
  createPostgresDatabase,
  migratePostgres,
} from './adapters/postgres/create-postgres-database.ts';
import { createDatabaseFileStore } from './adapters/postgres/database-file-store.ts';
import { createDatabaseMailFolder } from './adapters/postgres/database-mail-folder.ts';
import { busyIn } from './adapters/postgres/open-pool.ts';
import { openPostgresUpdateLog } from './adapters/postgres/postgres-update-log.ts';
import { DatabaseTakenError, takeServingPlace } from './adapters/postgres/serving-lock.ts';
import { ping } from './adapters/sql/ping.ts';
import { ConfigError } from './config.ts';
import type { Storage, StorageOptions } from './open-storage.ts';

/**
 * Opens a PostgreSQL that several nodes share: everything lies in it, files and mails too. While it
 * is away nothing is stored and nothing acknowledged; connections come back by themselves. See
 * `openStorage`.
 */
export async function openSharedStorage(
  databaseUrl: string,
  { logger, onGone }: StorageOptions,
): Promise<Storage> {
  const place = await enter(databaseUrl, onGone);
  const onBroken = (error: Error): void => {
    logger.warn({ err: error }, 'a connection to the database broke');
  };
  try {
    const migrated = await migratePostgres(databaseUrl);
    const database = createPostgresDatabase(databaseUrl, { onBroken });
    const { db } = database;
    const log = openPostgresUpdateLog(databaseUrl, { onBroken });
    return {
      db,
      log,
      migrated,
      queues: { ...log.queues, sql: () => busyIn(database.pool) },
      files: createDatabaseFileStore(db),
      mailFolder: createDatabaseMailFolder(db),
      checkDatabase: () => ping(db),
      async close() {
        await log.close();
        await database.close();
        await place.leave();
      },
    };
  } catch (error) {
    await place.leave();
    throw error;
  }
}

async function enter(databaseUrl: string, onTaken: (error: Error) => void) {
  const objection = await objectionToDatabase(databaseUrl);
  if (objection !== null) throw new ConfigError('DATABASE_URL', objection);
  try {
    return await takeServingPlace(databaseUrl, { onTaken });
  } catch (error) {
    if (!(error instanceof DatabaseTakenError)) throw error;
    throw new ConfigError('DATABASE_URL', error.message);
  }
}
