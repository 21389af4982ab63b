import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type PostgresServer } from '@plenary/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientOf, createChapter, createClient, type ApiClient } from './operator-client.ts';
import {
  runAdmin,
  runServer,
  sharedCleanUp,
  startServerProcess,
  temporaryFolder,
  type ProcessOptions,
  type ServerProcess,
} from './server-process.ts';
import { PATIENCE, expectText, openStockClient, whenSynced } from './stock-client.ts';

/** Begins like a PNG, and is longer than one piece of a file in the database. */
const PICTURE = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.alloc(300_000, 7),
]);

/** Asks a database something on a connection of its own. */
async function ask<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[]; // the caller names its columns
  } finally {
    await client.end();
  }
}

describe('several nodes on one PostgreSQL', { timeout: 240_000 }, () => {
  const shared = sharedCleanUp();
  let postgres: PostgresServer;
  let databaseUrl: string;
  let first: ServerProcess;
  let second: ServerProcess;
  let ana: ApiClient;
  let chapterId: string;

  const optionsFor = (url: string): ProcessOptions => ({
    dataDir: join(temporaryFolder(shared.add), 'data'),
    env: { DATABASE_URL: url, LIMITS: 'off' },
    cleanUp: shared.add,
  });

  beforeAll(async () => {
    postgres = await startPostgres();
    shared.add(() => postgres.stop());
    databaseUrl = await postgres.createDatabase();
    const options = optionsFor(databaseUrl);
    // Both at once, on a database without a table: one of them makes them.
    [first, second] = await Promise.all([
      startServerProcess(options),
      startServerProcess(optionsFor(databaseUrl)),
    ]);
    ana = await createClient(first, options, 'Ana');
    chapterId = await createChapter(ana);
  }, 240_000);
  afterAll(() => shared.run());

  async function write(server: ServerProcess, text: string): Promise<void> {
    const writer = openStockClient(server, chapterId, { token: ana.token });
    onTestFinished(() => writer.destroy());
    await whenSynced(writer);
    writer.doc.getText('body').insert(0, text);
    await expectText(server, chapterId, ana).toContain(text);
    writer.destroy();
  }

  it('shows at each what was written, uploaded and decided at the other', async () => {
    await write(first, 'from the first. ');
    await expectText(second, chapterId, ana).toBe('from the first. ');
    await write(second, 'from the second. ');
    await expectText(first, chapterId, ana).toBe('from the second. from the first. ');

    const { documentId } = await ana.call<{ documentId: string }>('GET', `/chapters/${chapterId}`);
    const form = new FormData();
    form.append('file', new Blob([PICTURE], { type: 'image/png' }), 'trial.png');
    const upload = await fetch(`${first.url}/api/v1/documents/${documentId}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ana.token}` },
      body: form,
    });
    expect(upload.status).toBe(201);
    const { url } = (await upload.json()) as { url: string };
    const download = await fetch(new URL(url, second.url), {
      headers: { authorization: `Bearer ${ana.token}` },
    });
    expect(Buffer.compare(Buffer.from(await download.arrayBuffer()), PICTURE)).toBe(0);
    await clientOf(second.url, ana.token).call('PATCH', `/chapters/${chapterId}`, { title: 'Two' });
    expect(await ana.call('GET', `/chapters/${chapterId}`)).toMatchObject({ title: 'Two' });
  });

  it('refuses to restore and to migrate under running servers, naming them', async () => {
    for (const args of [['restore', '/nowhere.tar.gz'], ['migrate']]) {
      const { code, stderr } = await runAdmin(args, optionsFor(databaseUrl));
      expect(code).toBe(1);
      expect(stderr).toMatch(/^the database is in use by the server with pid /);
      for (const { pid } of [first, second]) expect(stderr).toContain(`${pid} on `);
    }
  });

  it('[R11] is backed up while people work, and restored to a database and to a folder', async () => {
    const archive = join(temporaryFolder(), 'monday.tar.gz');
    const backedUp = await runAdmin(['backup', archive], optionsFor(databaseUrl));
    expect(backedUp).toMatchObject({ code: 0, stderr: '' });

    const other = await postgres.createDatabase();
    const restored = await runAdmin(['restore', archive], optionsFor(other));
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('1 people, 1 documents, 1 chapters');
    const rooms = 'select chapter_id, generation, head from collab_rooms';
    type Room = { chapter_id: string; generation: string; head: number };
    const [before] = await ask<Room>(databaseUrl, rooms);
    const [after] = await ask<Room>(other, rooms);
    expect(after).toMatchObject({ chapter_id: chapterId, head: before!.head });
    expect(after!.generation).not.toBe(before!.generation);
    expect(
      await ask(other, 'select piece, length(bytes) as size from stored_files order by 1'),
    ).toEqual([
      { piece: 0, size: 262_144 },
      { piece: 1, size: PICTURE.byteLength - 262_144 },
    ]);

    const again = await runAdmin(['restore', archive], optionsFor(other));
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('the database is not empty');
    const forced = await runAdmin(['restore', archive, '--force'], optionsFor(other));
    expect(forced).toMatchObject({ code: 0, stderr: '' });
    const aside = /in its schema (\w+) now/.exec(forced.stdout)?.[1];
    expect(await ask(other, `select generation from ${aside}.collab_rooms`)).toEqual([
      { generation: after!.generation },
    ]);

    const folder: ProcessOptions = { dataDir: join(temporaryFolder(), 'data') };
    expect(await runAdmin(['restore', archive], folder)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(folder.dataDir, 'plenary.db'))).toBe(true);
    const [place] = readdirSync(join(folder.dataDir, 'files'));
    expect(readdirSync(join(folder.dataDir, 'files', place!))).toHaveLength(1);

    const server = await startServerProcess(optionsFor(other));
    await expectText(server, chapterId, ana).toBe('from the second. from the first. ');
    await server.stop();
  });

  it('[R1] survives a restart of the database: nothing is acknowledged meanwhile, nothing is lost', async () => {
    const writer = openStockClient(first, chapterId, { token: ana.token });
    const reader = openStockClient(first, chapterId, { token: ana.token });
    onTestFinished(() => {
      writer.destroy();
      reader.destroy();
    });
    await Promise.all([whenSynced(writer), whenSynced(reader)]);
    const before = reader.doc.getText('body').toJSON();
    await postgres.crash();
    writer.doc.getText('body').insert(0, 'meanwhile. ');
    const ready = () => fetch(`${first.url}/readyz`).then((response) => response.status);
    await expect.poll(ready, PATIENCE).toBe(503);
    const answer = await fetch(`${first.url}/api/v1/activities`, {
      headers: { authorization: `Bearer ${ana.token}` },
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    expect(reader.doc.getText('body').toJSON()).toBe(before);

    await postgres.start();
    await expect.poll(ready, PATIENCE).toBe(200);
    await expect
      .poll(() => reader.doc.getText('body').toJSON(), PATIENCE)
      .toBe(`meanwhile. ${before}`);
    await expectText(second, chapterId, ana).toBe(`meanwhile. ${before}`);
  });
});

describe('a start with a database that cannot be used', { timeout: 60_000 }, () => {
  it('ends with one line that names the variable and no password', async () => {
    const { code, stderr } = await runServer({
      dataDir: temporaryFolder(),
      env: { DATABASE_URL: 'postgres://plenary:secret@127.0.0.1:1/plenary' },
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Plenary cannot start: DATABASE_URL: no PostgreSQL answers at 127.0.0.1:1 (ECONNREFUSED)\n',
    );
  });
});
