import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { extract } from 'tar';
import { drawGeneration } from '../adapters/sql/rooms.ts';
import { createDatabase } from '../adapters/sqlite/create-database.ts';
import { DATABASE_FILE, openConnection } from '../adapters/sqlite/open-connection.ts';
import { ARCHIVED_FOLDERS, ARCHIVE_FORMAT, MANIFEST_FILE, parseManifest } from './archive.ts';
import type { Manifest } from './archive.ts';
import { CommandError } from './command-error.ts';

/** Entries a backup may hold; anything else is not from us. */
const KNOWN_ENTRIES = [MANIFEST_FILE, DATABASE_FILE, ...ARCHIVED_FOLDERS];

/** What a backup holds, as it is told to the operator. */
export interface Restored {
  readonly manifest: Manifest;
  readonly people: number;
  readonly documents: number;
  readonly chapters: number;
}

/**
 * Unpacks a backup into a new folder below `parent`, ready to be put in place: checked, brought to
 * this version, every chapter with another generation (R11), so that no client merges what it still
 * holds of the history that was left, and without what signs somebody in without a password, since
 * it may have been used or revoked after the backup. `put` gets the folder, which is removed after
 * it. Throws a `CommandError` for what is no backup of ours.
 */
export async function withBackup(
  file: string,
  parent: string,
  put: (staging: string) => Promise<void>,
): Promise<Restored> {
  const staging = await mkdtemp(join(parent, '.restore-'));
  try {
    const manifest = await unpack(file, staging);
    checkDatabase(join(staging, DATABASE_FILE));
    await migrateStaged(staging);
    const counts = renewHistory(staging);
    await put(staging);
    return { manifest, ...counts };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
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

type Counts = Omit<Restored, 'manifest'>;

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
