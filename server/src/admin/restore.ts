import { mkdir, readdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { isLockFile, takeDataFolder } from '../data-folder.ts';
import { MANIFEST_FILE } from './archive.ts';
import { CommandError, type Print } from './command-error.ts';
import { importShared, isSharedEmpty } from './import-shared.ts';
import { withDatabaseAlone } from './take-database.ts';
import { withBackup, type Restored } from './unpack-backup.ts';

interface RestoreOptions {
  readonly isForced: boolean;
  readonly print: Print;
}

/**
 * `restore FILE`: fills the data folder, or the shared database, from a backup of either. Throws a
 * `CommandError`, or a `DataFolderError` while a server runs; the store is unchanged then.
 */
export async function restore(
  { dataDir, databaseUrl }: Pick<Config, 'dataDir' | 'databaseUrl'>,
  file: string,
  options: RestoreOptions,
): Promise<void> {
  const restored = await (databaseUrl === null
    ? restoreFolder(dataDir, file, options)
    : withDatabaseAlone(databaseUrl, () => restoreShared(databaseUrl, file, options)));
  report(restored, options.print);
}

async function restoreFolder(
  dataDir: string,
  file: string,
  { isForced, print }: RestoreOptions,
): Promise<Restored> {
  const folder = takeDataFolder(dataDir, { writesPid: false });
  try {
    const present = await contentOf(dataDir);
    if (present.length > 0 && !isForced) {
      throw new CommandError(
        `${dataDir} is not empty: restore into an empty folder, or use --force to set aside what is there`,
      );
    }
    return await withBackup(file, dataDir, async (staging) => {
      await setAside(dataDir, present, print);
      for (const name of await readdir(staging)) {
        if (name !== MANIFEST_FILE) await rename(join(staging, name), join(dataDir, name));
      }
    });
  } finally {
    folder.release();
  }
}

async function restoreShared(
  databaseUrl: string,
  file: string,
  { isForced, print }: RestoreOptions,
): Promise<Restored> {
  if (!isForced && !(await isSharedEmpty(databaseUrl))) {
    throw new CommandError(
      'the database is not empty: restore into an empty one, or use --force to set aside what is there',
    );
  }
  return withBackup(file, tmpdir(), async (staging) => {
    const aside = await importShared(databaseUrl, staging);
    if (aside !== null) print(`What was in the database is in its schema ${aside} now.`);
  });
}

/** What is in the folder besides the lock that this command holds. */
async function contentOf(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => !isLockFile(name) && !isTransient(name));
}

/** Left by a restore that was interrupted, or set aside by an earlier one. */
function isTransient(name: string): boolean {
  return name.startsWith('.restore-') || name.startsWith('replaced-');
}

async function setAside(dataDir: string, present: readonly string[], print: Print): Promise<void> {
  if (present.length === 0) return;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(dataDir, `replaced-${stamp}`);
  await mkdir(aside, { mode: 0o700 });
  for (const name of present) await rename(join(dataDir, name), join(aside, name));
  print(`What was in the folder is in ${aside} now.`);
}

function report({ manifest, people, documents, chapters }: Restored, print: Print): void {
  print(`Restored the backup of ${manifest.createdAt} (version ${manifest.version}):`);
  print(`${people} people, ${documents} documents, ${chapters} chapters.`);
  print('Every chapter has a new history: whoever has one open is asked to reload, and what they');
  print('had not sent yet is set aside for them. Everybody signs in again; open invitations and');
  print('reset links are void. API tokens revoked after the backup are valid again: look at them.');
}
