import { createFolderStore } from '../adapters/files/folder-store.ts';
import { createMailFolder } from '../adapters/mail/mail-folder.ts';
import { systemClock } from '../adapters/relay/system-clock.ts';
import { pendingMigrations } from '../adapters/sql/migrate.ts';
import { createDatabase } from '../adapters/sqlite/create-database.ts';
import type { Config } from '../config.ts';
import { DataFolderError, takeDataFolder, type DataFolder } from '../data-folder.ts';
import type { Workspace } from '../domain/workspace.ts';
import { CommandError } from './command-error.ts';

/** Addresses a server listens at that nobody can open. */
const ANY_HOST = new Set(['0.0.0.0', '::']);

/**
 * Runs one command on the workspace of a data folder, beside a running server or without one; a
 * folder without a server is brought to this version first. Throws a `CommandError` when a server of
 * another version runs on it.
 */
export async function withWorkspace<Result>(
  config: Config,
  command: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  const folder = takeUnlessServed(config.dataDir);
  const database = await createDatabase(config.dataDir);
  try {
    if (folder !== null) {
      await database.migrate();
    } else if ((await pendingMigrations(database.db)).length > 0) {
      throw new CommandError('the running server is older than this command: restart it first');
    }
    const host = ANY_HOST.has(config.host) ? '127.0.0.1' : config.host;
    return await command({
      db: database.db,
      clock: systemClock,
      // Nobody listens in this process; the server finds what concerns it in the database.
      news: { publish: () => undefined },
      mailFolder: createMailFolder(config.dataDir),
      sendsMail: config.smtpUrl !== null,
      files: createFolderStore(config.dataDir),
      publicUrl: config.publicUrl ?? `http://${host}:${config.port}`,
    });
  } finally {
    await database.close();
    folder?.release();
  }
}

/** The folder, or null when a server has it. */
function takeUnlessServed(dataDir: string): DataFolder | null {
  try {
    return takeDataFolder(dataDir, { writesPid: false });
  } catch (error) {
    if (error instanceof DataFolderError && error.reason === 'in-use') return null;
    throw error;
  }
}
