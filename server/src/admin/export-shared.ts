import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Client } from 'pg';
import { pendingInPostgres } from '../adapters/postgres/create-postgres-database.ts';
import { connectionSettings } from '../adapters/postgres/postgres-settings.ts';
import { createDatabase } from '../adapters/sqlite/create-database.ts';
import { openConnection } from '../adapters/sqlite/open-connection.ts';
import { CommandError } from './command-error.ts';
import { quotedName, quotedNames, tablesOf, type StagedTable } from './staged-tables.ts';

/** Rows fetched at a time; few where one row may hold a whole chapter or a piece of a file. */
const ROWS_A_FETCH = 500;
const LARGE_ROWS_A_FETCH = 4;
const LARGE: ReadonlySet<string> = new Set(['collab_snapshots', 'stored_files']);

/**
 * Writes a shared database, as it is at one moment, into a folder as a data folder has it: a SQLite
 * database, and files and mails beside it. People may go on working. Throws a `CommandError` when
 * the database has another version.
 */
export async function exportShared(databaseUrl: string, folder: string): Promise<void> {
  if ((await pendingInPostgres(databaseUrl)).length > 0) {
    throw new CommandError('the database is older than this command: start the server first');
  }
  await makeTables(folder);
  const client = new Client(connectionSettings(databaseUrl, { purpose: 'backup', limits: null }));
  client.on('error', () => undefined); // a connection that breaks fails the statement
  await client.connect();
  try {
    // One snapshot for everything: every file that a row names is in it too.
    await client.query('start transaction isolation level repeatable read read only');
    await exportTables(client, folder);
    await exportFiles(client, folder);
    await exportMails(client, folder);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function makeTables(folder: string): Promise<void> {
  const database = await createDatabase(folder);
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

async function exportTables(client: Client, folder: string): Promise<void> {
  const target = openConnection(folder, 'write');
  try {
    target.exec('begin');
    for (const table of tablesOf(target)) {
      const { name, columns } = table;
      const marks = columns.map(() => '?').join(', ');
      const insert = target.prepare(
        `insert into ${quotedName(name)} (${quotedNames(columns)}) values (${marks})`,
      );
      for await (const row of rowsOf(client, table)) {
        insert.run(...columns.map((column) => row[column]));
      }
    }
    target.exec('commit');
  } finally {
    target.close();
  }
}

async function exportFiles(client: Client, folder: string): Promise<void> {
  const table = { name: 'stored_files', columns: ['storage_key', 'piece', 'bytes'] };
  let key: string | null = null;
  let stream: Writable | null = null;
  for await (const row of rowsOf(client, table, 'order by storage_key, piece')) {
    if (row['storage_key'] !== key) {
      await close(stream);
      key = String(row['storage_key']);
      stream = await openFile(join(folder, 'files', key));
    }
    stream?.write(row['bytes']);
  }
  await close(stream);
}

async function openFile(path: string): Promise<Writable> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return createWriteStream(path, { mode: 0o600 });
}

async function close(stream: Writable | null): Promise<void> {
  if (stream === null) return;
  stream.end();
  await finished(stream);
}

async function exportMails(client: Client, folder: string): Promise<void> {
  await mkdir(join(folder, 'mail'), { mode: 0o700 });
  for await (const row of rowsOf(client, { name: 'mail_texts', columns: ['mail_id', 'text'] })) {
    await writeFile(join(folder, 'mail', `${String(row['mail_id'])}.txt`), String(row['text']), {
      mode: 0o600,
    });
  }
}

async function* rowsOf(
  client: Client,
  { name, columns }: StagedTable,
  order = '',
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  await client.query(
    `declare rows no scroll cursor for select ${quotedNames(columns)} from ${quotedName(name)} ${order}`,
  );
  const fetch = `fetch ${LARGE.has(name) ? LARGE_ROWS_A_FETCH : ROWS_A_FETCH} from rows`;
  for (;;) {
    const { rows } = await client.query<Record<string, unknown>>(fetch);
    if (rows.length === 0) break;
    yield* rows;
  }
  await client.query('close rows');
}
