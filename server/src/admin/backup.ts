import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { create } from 'tar';
import { DATABASE_FILE, openConnection } from '../adapters/sqlite/open-connection.ts';
import type { Config } from '../config.ts';
import { ARCHIVED_FOLDERS, MANIFEST_FILE, createManifest } from './archive.ts';
import { CommandError, type Print } from './command-error.ts';
import { exportShared } from './export-shared.ts';
import { checkDatabase } from './take-database.ts';

/**
 * Pages copied in one step of SQLite's online backup: all of them. The copy is then of one moment,
 * and is not begun again whenever somebody types; writers do not wait for it.
 */
const ALL_PAGES = 0x7fff_ffff;

/**
 * `backup FILE`: writes the database as it is at one moment, and files and mail, into one tar file
 * compressed with gzip. The file appears under its name when it is complete and on the disk; one
 * that was there is replaced. Throws a `CommandError` when there is nothing to back up.
 */
export async function backup(
  { dataDir, databaseUrl }: Pick<Config, 'dataDir' | 'databaseUrl'>,
  file: string,
  print: Print,
): Promise<void> {
  const isShared = databaseUrl !== null;
  if (isShared) await checkDatabase(databaseUrl);
  else if (!existsSync(join(dataDir, DATABASE_FILE))) {
    throw new CommandError(`there is no database in ${dataDir}`);
  }
  const target = resolve(file);
  await mkdir(dirname(target), { recursive: true });
  const staging = await mkdtemp(join(dirname(target), '.plenary-backup-'));
  try {
    const archive = join(staging, 'archive.tar.gz');
    const content = join(staging, 'content');
    await mkdir(content, { mode: 0o700 });
    if (isShared) await exportShared(databaseUrl, content);
    else await collectFolder(dataDir, content);
    await writeArchive(content, archive);
    await rename(archive, target);
    await syncFile(dirname(target));
    const { size } = await stat(target);
    print(
      `Backed up ${isShared ? 'the database' : dataDir} to ${target} (${(size / 1_048_576).toFixed(1)} MiB).`,
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The database first: every file it names is in its folder already. */
async function collectFolder(dataDir: string, content: string): Promise<void> {
  await copyDatabase(dataDir, join(content, DATABASE_FILE));
  const folders = ARCHIVED_FOLDERS.filter((name) => existsSync(join(dataDir, name)));
  for (const name of folders) await symlink(join(dataDir, name), join(content, name));
}

async function writeArchive(content: string, archive: string): Promise<void> {
  const manifest = `${JSON.stringify(createManifest(new Date()), null, 2)}\n`;
  await writeFile(join(content, MANIFEST_FILE), manifest);
  const folders = ARCHIVED_FOLDERS.filter((name) => existsSync(join(content, name)));
  const options = { file: archive, cwd: content, gzip: true, follow: true, portable: true };
  await create({ ...options, strict: true }, [MANIFEST_FILE, DATABASE_FILE, ...folders]);
  await chmod(archive, 0o600); // whoever can read it has everything
  await syncFile(archive);
}

async function copyDatabase(dataDir: string, target: string): Promise<void> {
  const connection = openConnection(dataDir, 'read');
  try {
    await connection.backup(target, { progress: () => ALL_PAGES });
  } finally {
    connection.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
