import { createFolderStore } from '../adapters/files/folder-store.ts';
import { createMailFolder } from '../adapters/mail/mail-folder.ts';
import {
  createPostgresDatabase,
  migratePostgres,
  pendingInPostgres,
} from '../adapters/postgres/create-postgres-database.ts';
import { createDatabaseFileStore } from '../adapters/postgres/database-file-store.ts';
import { createDatabaseMailFolder } from '../adapters/postgres/database-mail-folder.ts';
import { takeDatabaseAlone } from '../adapters/postgres/serving-lock.ts';
import { systemClock } from '../adapters/relay/system-clock.ts';
import { pendingMigrations } from '../adapters/sql/migrate.ts';
import { createDatabase } from '../adapters/sqlite/create-database.ts';
import type { Config } from '../config.ts';
import { DataFolderError, takeDataFolder, type DataFolder } from '../data-folder.ts';
import type { Workspace } from '../domain/workspace.ts';
import { CommandError } from './command-error.ts';
import { checkDatabase } from './take-database.ts';

/** Addresses a server listens at that nobody can open. */
const ANY_HOST = new Set(['0.0.0.0', '::']);

/** The parts of a workspace that lie in its store. */
interface Store extends Pick<Workspace, 'db' | 'files' | 'mailFolder'> {
  close(): Promise<void>;
}

/**
 * Runs one command on the workspace of a store, beside running servers or without one; a store
 * without a server is brought to this version first. Throws a `CommandError` when a server of
 * another version runs on it.
 */
export async function withWorkspace<Result>(
  config: Config,
  command: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  const { databaseUrl, dataDir } = config;
  const store = await (databaseUrl === null ? openFolder(dataDir) : openShared(databaseUrl));
  try {
    const host = ANY_HOST.has(config.host) ? '127.0.0.1' : config.host;
    const { db, files, mailFolder } = store;
    return await command({
      db,
      files,
      mailFolder,
      clock: systemClock,
      // Nobody listens in this process; the server finds what concerns it in the database.
      news: { publish: () => undefined },
      sendsMail: config.smtpUrl !== null,
      publicUrl: config.publicUrl ?? `http://${host}:${config.port}`,
    });
  } finally {
    await store.close();
  }
}

async function openFolder(dataDir: string): Promise<Store> {
  const folder = takeUnlessServed(dataDir);
  const database = await createDatabase(dataDir);
  const close = async (): Promise<void> => {
    await database.close();
    folder?.release();
  };
  try {
    if (folder !== null) await database.migrate();
    else refuseOlder(await pendingMigrations(database.db));
  } catch (error) {
    await close();
    throw error;
  }
  const { db } = database;
  return { db, files: createFolderStore(dataDir), mailFolder: createMailFolder(dataDir), close };
}

async function openShared(databaseUrl: string): Promise<Store> {
  await checkDatabase(databaseUrl);
  const taken = await takeDatabaseAlone(databaseUrl);
  if (taken.type === 'alone') {
    try {
      await migratePostgres(databaseUrl);
    } finally {
      // A server may start beside the command.
      await taken.release();
    }
  } else {
    refuseOlder(await pendingInPostgres(databaseUrl));
  }
  const { db, close } = createPostgresDatabase(databaseUrl);
  return {
    db,
    files: createDatabaseFileStore(db),
    mailFolder: createDatabaseMailFolder(db),
    close,
  };
}

function refuseOlder(pending: readonly string[]): void {
  if (pending.length === 0) return;
  throw new CommandError('the running server is older than this command: restart it first');
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
