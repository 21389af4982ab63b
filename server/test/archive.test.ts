import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../src/adapters/sqlite/open-connection.ts';
import { exportShared } from '../src/admin/export-shared.ts';
import { importShared } from '../src/admin/import-shared.ts';
import { quotedNames, tablesOf } from '../src/admin/staged-tables.ts';
import { createTokenByOperator, createUserByOperator } from '../src/domain/operator.ts';
import { loadSample } from '../src/domain/sample.ts';
import { redeemLink } from '../src/domain/sign-in/redeem-link.ts';
import { openStorage } from '../src/open-storage.ts';
import { readSample } from '../src/sample/sample.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

/** Everything in a store, by table; rows in one order. */
type Content = Readonly<Record<string, readonly string[]>>;

/** Makes one row comparable: the same text for the same values from either database. */
function textOf(row: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  ]);
  return JSON.stringify(values);
}

async function contentOfFolder(folder: string): Promise<Content> {
  const connection = openConnection(folder, 'read');
  try {
    const tables = tablesOf(connection).map(({ name, columns }) => [
      name,
      connection
        .prepare<[], Record<string, unknown>>(`select ${quotedNames(columns)} from "${name}"`)
        .all()
        .map(textOf)
        .toSorted(),
    ]);
    const files = (await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const pieces = files.map(async (path) => (await readFile(path)).toString('base64'));
    return { ...Object.fromEntries(tables), files: (await Promise.all(pieces)).toSorted() };
  } finally {
    connection.close();
  }
}

describe('an archive of a shared database', () => {
  let server: TestPostgres;
  let folder: string;
  beforeAll(async () => {
    server = await startTestPostgres();
    folder = await mkdtemp(join(tmpdir(), 'plenary-archive-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The sample, somebody who signed in with a link, and a mail of every kind of text. */
  async function fill(databaseUrl: string): Promise<void> {
    const options = {
      logger: pino({ level: 'silent' }),
      onGone: (error: Error) => {
        throw error;
      },
    };
    const storage = await openStorage({ dataDir: folder, databaseUrl }, options);
    const workspace = {
      ...storage,
      clock: { now: () => Date.now() },
      news: { publish: () => undefined },
      sendsMail: false,
      publicUrl: 'http://127.0.0.1:3000',
    };
    await loadSample(workspace, storage.log, readSample());
    const input = { email: 'zoe@example.org', name: 'Zoë “Z” 木', isAdministrator: true };
    const link = await createUserByOperator(workspace, input);
    await createTokenByOperator(workspace, { email: input.email });
    const token = link.ok ? link.value.url.split('#')[1]! : '';
    expect((await redeemLink(workspace, { token }, 'a test')).ok).toBe(true);
    await storage.mailFolder.write('m1', 'Liebe Zoë,\n\t“…” 木\n');
    await storage.close();
  }

  it('holds every row, file and mail of it, and puts each back', async () => {
    const first = await server.createStore();
    await fill(first);
    const before = join(folder, 'before');
    await mkdir(before);
    await exportShared(first, before);
    const content = await contentOfFolder(before);
    for (const name of ['people', 'sessions', 'api_tokens', 'memberships', 'chapters', 'files']) {
      expect(content[name]).not.toEqual([]);
    }
    expect(content['collab_log']!.length).toBeGreaterThan(5);
    expect(await readFile(join(before, 'mail', 'm1.txt'), 'utf8')).toBe('Liebe Zoë,\n\t“…” 木\n');

    const second = await server.createDatabase();
    expect(await importShared(second, before)).toBeNull();
    const after = join(folder, 'after');
    await mkdir(after);
    await exportShared(second, after);
    expect(await contentOfFolder(after)).toEqual(content);
    expect(await readdir(join(after, 'mail'))).toEqual(await readdir(join(before, 'mail')));
  });

  it('that cannot be put back leaves the database as it was', async () => {
    const target = await server.createStore();
    await fill(target);
    const broken = join(folder, 'broken');
    await mkdir(broken);
    await exportShared(target, broken);
    const connection = openConnection(broken, 'write');
    connection.pragma('foreign_keys = OFF');
    connection.exec(`update memberships set person_id = 'nobody-' || person_id`);
    connection.close();
    await expect(importShared(target, broken)).rejects.toThrow('foreign key');
    const client = new Client({ connectionString: target });
    await client.connect();
    const { rows } = await client.query(`select
      (select count(*)::int from people) as people,
      (select count(*)::int from memberships where person_id like 'nobody%') as broken,
      (select count(*)::int from pg_namespace where nspname ~ 'plenary|replaced') as schemas`);
    await client.end();
    expect(rows).toEqual([{ people: 4, broken: 0, schemas: 0 }]);
  });
});
