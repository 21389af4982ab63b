import { createDatabase } from '../adapters/sqlite/create-database.ts';
import { takeDataFolder } from '../data-folder.ts';
import type { Print } from './command-error.ts';

/** `migrate`: brings a data folder to this version. Throws a `DataFolderError` while a server runs. */
export async function migrateFolder(dataDir: string, print: Print): Promise<void> {
  const folder = takeDataFolder(dataDir, { writesPid: false });
  try {
    const database = await createDatabase(dataDir);
    try {
      const ran = await database.migrate();
      print(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}.`);
    } finally {
      await database.close();
    }
  } finally {
    folder.release();
  }
}
