import { migratePostgres } from '../adapters/postgres/create-postgres-database.ts';
import { createDatabase } from '../adapters/sqlite/create-database.ts';
import type { Config } from '../config.ts';
import { takeDataFolder } from '../data-folder.ts';
import type { Print } from './command-error.ts';
import { withDatabaseAlone } from './take-database.ts';

/**
 * `migrate`: brings the store to this version. Throws a `DataFolderError`, or a `CommandError` for a
 * shared database, while a server runs.
 */
export async function migrateStore(
  { dataDir, databaseUrl }: Pick<Config, 'dataDir' | 'databaseUrl'>,
  print: Print,
): Promise<void> {
  const ran =
    databaseUrl === null
      ? await migrateFolder(dataDir)
      : await withDatabaseAlone(databaseUrl, () => migratePostgres(databaseUrl));
  print(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}.`);
}

async function migrateFolder(dataDir: string): Promise<readonly string[]> {
  const folder = takeDataFolder(dataDir, { writesPid: false });
  try {
    const database = await createDatabase(dataDir);
    try {
      return await database.migrate();
    } finally {
      await database.close();
    }
  } finally {
    folder.release();
  }
}
