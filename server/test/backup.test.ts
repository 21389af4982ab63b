import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { create } from 'tar';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientOf, createChapter, createClient } from './operator-client.ts';
import {
  runAdmin,
  startServerProcess,
  temporaryFolder,
  type ServerProcess,
} from './server-process.ts';
import { openStockClient, expectText, whenSynced, type StockClient } from './stock-client.ts';

/** What a picture file begins with, and the smallest whole one: a PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function openWriter(
  server: ServerProcess,
  chapterId: string,
  token: string,
): Promise<StockClient> {
  const writer = openStockClient(server, chapterId, { token });
  onTestFinished(() => writer.destroy());
  await whenSynced(writer);
  return writer;
}

/** Generation and number of rows of every chapter in a data folder. */
function roomsIn(dataDir: string): Map<string, { generation: string; head: number }> {
  const database = new Database(join(dataDir, 'plenary.db'), { readonly: true });
  try {
    const rows = database
      .prepare<[], { id: string; generation: string; head: number }>(
        'select chapter_id as id, generation, head from collab_rooms',
      )
      .all();
    return new Map(rows.map(({ id, ...room }) => [id, room]));
  } finally {
    database.close();
  }
}

describe('backup and restore', { timeout: 120_000 }, () => {
  it('[R11] brings back elsewhere, under a new history, what there was while people typed', async () => {
    const folder = temporaryFolder();
    const options = { dataDir: join(folder, 'first') };
    const server = await startServerProcess(options);
    const ana = await createClient(server, options, 'Ana');
    const chapterId = await createChapter(ana);
    const { documentId } = await ana.call<{ documentId: string }>('GET', `/chapters/${chapterId}`);
    const form = new FormData();
    form.append('file', new Blob([PIXEL], { type: 'image/png' }), 'pixel.png');
    const upload = await fetch(`${server.url}/api/v1/documents/${documentId}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ana.token}` },
      body: form,
    });
    expect(upload.status).toBe(201);
    const file = (await upload.json()) as { url: string };

    const writer = await openWriter(server, chapterId, ana.token);
    writer.doc.getText('body').insert(0, 'before the backup. ');
    await expectText(server, chapterId, ana).toMatch(/^before the backup/);
    const typing = setInterval(() => {
      const body = writer.doc.getText('body');
      body.insert(body.length, 'and on ');
    }, 5);
    const archive = join(folder, 'backups', 'monday.tar.gz');
    const backedUp = await runAdmin(['backup', archive], options);
    clearInterval(typing);
    expect(backedUp).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(archive).mode & 0o077).toBe(0);
    expect(readdirSync(join(folder, 'backups'))).toEqual(['monday.tar.gz']);
    await server.stop();

    const elsewhere = { dataDir: join(folder, 'second') };
    const restored = await runAdmin(['restore', archive], elsewhere);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('1 people, 1 documents, 1 chapters');
    const [before, after] = [roomsIn(options.dataDir), roomsIn(elsewhere.dataDir)];
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(after.get(chapterId)!.generation).not.toBe(before.get(chapterId)!.generation);
    expect(after.get(chapterId)!.head).toBeGreaterThan(0);

    const second = await startServerProcess(elsewhere);
    await expectText(second, chapterId, ana).toMatch(/^before the backup\. (?:and on )*$/);
    const picture = await fetch(new URL(file.url, second.url), {
      headers: { authorization: `Bearer ${ana.token}` },
    });
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PIXEL);
    const client = clientOf(second.url, ana.token);
    expect(await client.call('GET', '/activities')).toMatchObject({});
  });

  it('refuses to restore under a running server, naming it', async () => {
    const options = { dataDir: temporaryFolder() };
    const server = await startServerProcess(options);
    for (const args of [['restore', '/nowhere.tar.gz'], ['migrate']]) {
      const { code, stderr } = await runAdmin(args, options);
      expect(code).toBe(1);
      expect(stderr).toContain(`in use by the server with pid ${server.pid}`);
    }
  });

  it('refuses to restore over something, and sets it aside when forced to', async () => {
    const folder = temporaryFolder();
    const options = { dataDir: join(folder, 'data') };
    const archive = join(folder, 'backup.tar.gz');
    const user = ['user', 'create', '--email', 'ana@example.org', '--name', 'Ana'];
    await runAdmin(user, options);
    await runAdmin(['backup', archive], options);
    const refused = await runAdmin(['restore', archive], options);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('is not empty');
    const forced = await runAdmin(['restore', archive, '--force'], options);
    expect(forced).toMatchObject({ code: 0, stderr: '' });
    const aside = readdirSync(options.dataDir).find((name) => name.startsWith('replaced-'));
    expect(existsSync(join(options.dataDir, aside!, 'plenary.db'))).toBe(true);
  });

  it('refuses what is no backup, and leaves the folder as it was', async () => {
    const folder = temporaryFolder();
    const options = { dataDir: join(folder, 'data') };
    const text = join(folder, 'text.tar.gz');
    writeFileSync(text, 'not a tar file');
    const foreign = join(folder, 'foreign.tar.gz');
    writeFileSync(join(folder, 'passwd'), 'root');
    await create({ file: foreign, cwd: folder, gzip: true }, ['passwd']);
    for (const file of [text, foreign, join(folder, 'missing.tar.gz')]) {
      const { code, stderr } = await runAdmin(['restore', file], options);
      expect([file, code]).toEqual([file, 1]);
      expect(stderr).toContain(file);
      const left = readdirSync(options.dataDir).filter((name) => !name.startsWith('server.lock'));
      expect(left).toEqual([]);
    }
  });
});

describe('the other commands', { timeout: 60_000 }, () => {
  it('makes users and tokens before the first start, and the token is the last line', async () => {
    const options = { dataDir: temporaryFolder() };
    const user = ['user', 'create', '--email', 'ana@example.org', '--name', 'Ana', '--admin'];
    const created = await runAdmin(user, { ...options, env: { PUBLIC_URL: 'https://p.example' } });
    expect(created.stdout.trimEnd().split('\n').at(-1)).toMatch(/^https:\/\/p\.example\/link#\S+$/);
    const issued = await runAdmin(['token', 'create', '--email', 'ana@example.org'], options);
    const token = issued.stdout.trimEnd().split('\n').at(-1)!;
    const server = await startServerProcess(options);
    const session = await clientOf(server.url, token).call('GET', '/session');
    expect(session).toMatchObject({ person: { email: 'ana@example.org' } });
  });

  it('migrates a stopped folder, once', async () => {
    const options = { dataDir: temporaryFolder() };
    const first = await runAdmin(['migrate'], options);
    const second = await runAdmin(['migrate'], options);
    expect(first.stdout).toContain('0001-collab');
    expect(second.stdout).toBe('The database is up to date.\n');
  });

  it('says all it can do', async () => {
    const { code, stdout } = await runAdmin(['--help'], { dataDir: '/nowhere' });
    expect(code).toBe(0);
    for (const command of ['user create', 'token create', 'backup', 'restore', 'migrate']) {
      expect(stdout).toContain(command);
    }
  });

  it.each([
    [['fly']],
    [['user', 'create', '--name', 'Ana']],
    [['user', 'create', '--email', 'nonsense', '--name', 'Ana']],
    [['backup']],
    [['migrate', 'now']],
    [['--bogus']],
  ])('answers %j with what is wrong and where to read more', async (args) => {
    const { code, stderr } = await runAdmin(args, { dataDir: '/nowhere' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[^\n]+; see npm run admin -- --help\n$/);
  });

  it('refuses an address nobody has, and to back up nothing', async () => {
    const options = { dataDir: temporaryFolder() };
    const token = await runAdmin(['token', 'create', '--email', 'who@example.org'], options);
    expect([token.code, token.stdout]).toEqual([1, '']);
    const empty = { dataDir: temporaryFolder() };
    const nothing = await runAdmin(['backup', join(empty.dataDir, 'x.tar.gz')], empty);
    expect(nothing.code).toBe(1);
  });
});
