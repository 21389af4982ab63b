import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { extract } from 'tar';
import { drawGeneration } from '../adapters/sql/rooms.ts';
import { createDatabase } from '../adapters/sqlite/create-database.ts';
import { DATABASE_FILE, openConnection } from '../adapters/sqlite/open-connection.ts';
import { isLockFile, takeDataFolder } from '../data-folder.ts';
import { ARCHIVED_FOLDERS, ARCHIVE_FORMAT, MANIFEST_FILE, parseManifest } from './archive.ts';
import type { Manifest } from './archive.ts';
import { CommandError, type Print } from './command-error.ts';

/** Entries a backup may hold; anything else is not from us. */
const KNOWN_ENTRIES = [MANIFEST_FILE, DATABASE_FILE, ...ARCHIVED_FOLDERS];

/**
 * `restore FILE`: fills the data folder from a backup. Every chapter gets another generation (R11),
 * so that no client merges what it still holds of the history that was left; what signs somebody in
 * without a password is ended, since it may have been used or revoked after the backup. Throws a
 * `CommandError`, or a `DataFolderError` while a server runs; the folder is unchanged then.
 */
export async function restore(
  dataDir: string,
  file: string,
  options: { readonly isForced: boolean; readonly print: Print },
): Promise<void> {
  const { isForced, print } = options;
  const folder = takeDataFolder(dataDir, { writesPid: false });
  try {
    const present = await contentOf(dataDir);
    if (present.length > 0 && !isForced) {
      throw new CommandError(
        `${dataDir} is not empty: restore into an empty folder, or use --force to set aside what is there`,
      );
    }
    const staging = await mkdtemp(join(dataDir, '.restore-'));
    try {
      const manifest = await unpack(file, staging);
      checkDatabase(join(staging, DATABASE_FILE));
      await migrateStaged(staging);
      const counts = renewHistory(staging);
      await setAside(dataDir, present, print);
      for (const name of await readdir(staging)) {
        if (name !== MANIFEST_FILE) await rename(join(staging, name), join(dataDir, name));
      }
      report(manifest, counts, print);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } finally {
    folder.release();
  }
}

/** What is in the folder besides the lock that this command holds. */
async function contentOf(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => !isLockFile(name) && !isTransient(name));
}

/** Left by a restore that was interrupted, or set aside by an earlier one. */
function isTransient(name: string): boolean {
  return name.startsWith('.restore-') || name.startsWith('replaced-');
}

async function unpack(file: string, staging: string): Promise<Manifest> {
  const foreign: string[] = [];
  try {
    await extract({
      file,
      cwd: staging,
      strict: true,
      preserveOwner: false,
      filter(path, entry) {
        const [top] = path.replace(/^\.\//, '').split('/');
        const isPlain = 'type' in entry && (entry.type === 'File' || entry.type === 'Directory');
        const isOurs = isPlain && KNOWN_ENTRIES.some((name) => name === top);
        if (!isOurs) foreign.push(path);
        return isOurs;
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be read as a backup (${reason})`, { cause: error });
  }
  if (foreign.length > 0) {
    throw new CommandError(`${file} is not a backup of Plenary: it holds ${foreign[0]}`);
  }
  const text = await readFile(join(staging, MANIFEST_FILE), 'utf8').catch(() => '');
  const manifest = parseManifest(text);
  if (manifest === null) throw new CommandError(`${file} is not a backup of Plenary`);
  if (manifest.format > ARCHIVE_FORMAT) {
    throw new CommandError(`${file} was made by a newer version (${manifest.version})`);
  }
  return manifest;
}

function checkDatabase(path: string): void {
  let verdict: unknown;
  try {
    const connection = new Database(path, { fileMustExist: true });
    try {
      verdict = connection.pragma('integrity_check', { simple: true });
    } finally {
      connection.close();
    }
  } catch (error) {
    throw new CommandError('the database in the backup cannot be opened', { cause: error });
  }
  if (verdict !== 'ok') {
    throw new CommandError(`the database in the backup is damaged: ${String(verdict)}`);
  }
}

async function migrateStaged(staging: string): Promise<void> {
  const database = await createDatabase(staging);
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

interface Counts {
  readonly people: number;
  readonly documents: number;
  readonly chapters: number;
}

/** Another generation for every chapter, and the end of all sessions, tickets and links. */
function renewHistory(staging: string): Counts {
  const connection = openConnection(staging, 'write');
  try {
    connection.function('draw_generation', { deterministic: false }, drawGeneration);
    connection.transaction(() => {
      connection.exec(`
        create temp table renewed as
          select chapter_id, generation as old, draw_generation() as new from collab_rooms;
        update collab_rooms set generation =
          (select new from renewed where renewed.chapter_id = collab_rooms.chapter_id);
        update collab_snapshots set generation =
          (select new from renewed
           where renewed.chapter_id = collab_snapshots.chapter_id and old = collab_snapshots.generation)
          where generation in (select old from renewed);
        drop table renewed;
        delete from tickets;
        delete from sessions;
        delete from links;
      `);
    })();
    const count = (table: string): number =>
      connection.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? 0;
    return {
      people: count('people'),
      documents: count('documents'),
      chapters: count('collab_rooms'),
    };
  } finally {
    connection.close();
  }
}

async function setAside(dataDir: string, present: readonly string[], print: Print): Promise<void> {
  if (present.length === 0) return;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(dataDir, `replaced-${stamp}`);
  await mkdir(aside, { mode: 0o700 });
  for (const name of present) await rename(join(dataDir, name), join(aside, name));
  print(`What was in the folder is in ${aside} now.`);
}

function report(manifest: Manifest, counts: Counts, print: Print): void {
  const { people, documents, chapters } = counts;
  print(`Restored the backup of ${manifest.createdAt} (version ${manifest.version}):`);
  print(`${people} people, ${documents} documents, ${chapters} chapters.`);
  print('Every chapter has a new history: whoever has one open is asked to reload, and what they');
  print('had not sent yet is set aside for them. Everybody signs in again; open invitations and');
  print('reset links are void. API tokens revoked after the backup are valid again: look at them.');
}
