import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { Client } from 'pg';
import {
  createPostgresDatabase,
  migratePostgres,
} from '../adapters/postgres/create-postgres-database.ts';
import { createDatabaseFileStore } from '../adapters/postgres/database-file-store.ts';
import { createDatabaseMailFolder } from '../adapters/postgres/database-mail-folder.ts';
import { connectionSettings } from '../adapters/postgres/postgres-settings.ts';
import { openConnection } from '../adapters/sqlite/open-connection.ts';
import { quotedName, quotedNames, tablesOf, type StagedTable } from './staged-tables.ts';

/** Schema in which the content is built before it takes the place of what is there. */
const BUILDING = 'plenary_restoring';

/** Bounds of one insert: PostgreSQL takes 65,535 parameters. */
const MAX_PARAMETERS = 30_000;
const MAX_BYTES = 8_388_608;

/**
 * Fills a shared database from a folder as a data folder has it. Everything is built beside what is
 * there and put in its place in one transaction; what was there is kept in a schema of its own, whose
 * name it resolves to, or null when there was nothing. When it throws, nothing has changed.
 */
export async function importShared(databaseUrl: string, folder: string): Promise<string | null> {
  const client = await connect(databaseUrl);
  try {
    await client.query(`drop schema if exists ${BUILDING} cascade; create schema ${BUILDING}`);
    try {
      await build(inSchema(databaseUrl, BUILDING), folder);
      return await putInPlace(client);
    } finally {
      await client.query(`drop schema if exists ${BUILDING} cascade`);
    }
  } finally {
    await client.end();
  }
}

/** Whether a shared database holds anything of ours. */
export async function isSharedEmpty(databaseUrl: string): Promise<boolean> {
  const client = await connect(databaseUrl);
  try {
    const tables = `select to_regclass('people') is not null as "isThere"`;
    const { rows } = await client.query<{ isThere: boolean }>(tables);
    if (rows[0]?.isThere !== true) return true;
    const people = await client.query('select 1 from people limit 1');
    return people.rows.length === 0;
  } finally {
    await client.end();
  }
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client(connectionSettings(databaseUrl, { purpose: 'restore', limits: null }));
  client.on('error', () => undefined); // a connection that breaks fails the statement
  await client.connect();
  return client;
}

function inSchema(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  const ours = `-c search_path=${schema}`;
  url.searchParams.set('options', given === null ? ours : `${given} ${ours}`);
  return url.href;
}

async function build(databaseUrl: string, folder: string): Promise<void> {
  await migratePostgres(databaseUrl);
  const client = await connect(databaseUrl);
  const source = openConnection(folder, 'read');
  try {
    await client.query('begin');
    for (const table of tablesOf(source)) await copyTable(source, client, table);
    await client.query('commit');
  } finally {
    source.close();
    await client.end();
  }
  const { db, close } = createPostgresDatabase(databaseUrl);
  try {
    const files = createDatabaseFileStore(db);
    for (const key of await namesIn(join(folder, 'files'))) {
      await files.put(key, await readFile(join(folder, 'files', key)));
    }
    const mails = createDatabaseMailFolder(db);
    for (const name of await namesIn(join(folder, 'mail'))) {
      await mails.write(
        name.replace(/\.txt$/, ''),
        await readFile(join(folder, 'mail', name), 'utf8'),
      );
    }
  } finally {
    await close();
  }
}

/** Paths of the files in a folder and below, with `/`; none when it is not there. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'));
}

async function copyTable(
  source: Database.Database,
  target: Client,
  { name, columns }: StagedTable,
): Promise<void> {
  const into = `insert into ${quotedName(name)} (${quotedNames(columns)})`;
  let values: unknown[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (values.length === 0) return;
    const rows = Array.from({ length: values.length / columns.length }, (_, row) => {
      const marks = columns.map((_column, index) => `$${row * columns.length + index + 1}`);
      return `(${marks.join(', ')})`;
    });
    await target.query(`${into} values ${rows.join(', ')}`, values);
    values = [];
    bytes = 0;
  };
  const select = source
    .prepare<[], unknown[]>(`select ${quotedNames(columns)} from ${quotedName(name)}`)
    .raw();
  for (const row of select.iterate()) {
    values.push(...row);
    bytes += row.reduce<number>((sum, value) => sum + sizeOf(value), 0);
    if (values.length + columns.length > MAX_PARAMETERS || bytes > MAX_BYTES) await flush();
  }
  await flush();
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value instanceof Uint8Array ? value.byteLength : 8;
}

/** Swaps what was built and what is there, in one transaction. */
async function putInPlace(client: Client): Promise<string | null> {
  await client.query('begin');
  try {
    const aside = await swap(client);
    await client.query('commit');
    return aside;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function swap(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ schema: string }>('select current_schema() as schema');
  const { schema } = rows[0]!;
  const built = await tablesIn(client, BUILDING);
  const present = (await tablesIn(client, schema)).filter((name) => built.includes(name));
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const aside = present.length === 0 ? null : `replaced_${stamp}`;
  if (aside !== null) {
    await client.query(`create schema ${aside}`);
    for (const name of present) await move(client, { name, from: schema, to: aside });
  }
  for (const name of built) await move(client, { name, from: BUILDING, to: schema });
  return aside;
}

async function move(
  client: Client,
  { name, from, to }: { readonly name: string; readonly from: string; readonly to: string },
): Promise<void> {
  const table = `${quotedName(from)}.${quotedName(name)}`;
  await client.query(`alter table ${table} set schema ${quotedName(to)}`);
}

async function tablesIn(client: Client, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = $1',
    [schema],
  );
  return rows.map(({ name }) => name);
}
