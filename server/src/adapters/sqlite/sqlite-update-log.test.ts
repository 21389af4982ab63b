import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describeUpdateLogContract } from '@plenary/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendRightsRows, createRoom, drawGeneration } from '../sql/rooms.ts';
import { createDatabase, type OpenDatabase } from './create-database.ts';
import { openSqliteUpdateLog, type SqliteUpdateLog } from './sqlite-update-log.ts';

interface Store {
  readonly dataDir: string;
  readonly database: OpenDatabase;
  readonly log: SqliteUpdateLog;
  createChapter(id: string): Promise<void>;
  close(): Promise<void>;
}

async function openStore(dataDir: string): Promise<Store> {
  const database = await createDatabase(dataDir);
  await database.migrate();
  const log = await openSqliteUpdateLog(dataDir, { writeLock: database.writeLock });
  return {
    dataDir,
    database,
    log,
    createChapter: (id) => database.db.transaction().execute((trx) => createRoom(trx, id)),
    async close() {
      await log.close();
      await database.close();
    },
  };
}

const makeFolder = () => mkdtemp(join(tmpdir(), 'plenary-log-'));

describeUpdateLogContract('SQLite', async () => {
  const store = await openStore(await makeFolder());
  const { db, writeLock } = store.database;
  const other = await openSqliteUpdateLog(store.dataDir, { writeLock });
  let created = 0;
  return {
    log: store.log,
    other,
    async createChapter() {
      created += 1;
      await store.createChapter(`c${created}`);
      return `c${created}`;
    },
    async renewGeneration(chapterId) {
      await db
        .updateTable('collab_rooms')
        .set({ generation: drawGeneration() })
        .where('chapter_id', '=', chapterId)
        .execute();
    },
    async appendRights(chapterId) {
      await db.transaction().execute((trx) => appendRightsRows(trx, [chapterId]));
    },
    async close() {
      await other.close();
      await store.close();
      await rm(store.dataDir, { recursive: true });
    },
  };
});

describe('the SQLite log', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(await makeFolder());
  });
  afterEach(async () => {
    await store.close();
    await rm(store.dataDir, { recursive: true });
  });

  const row = (mark: number) => ({
    personId: 'ana',
    via: 'password' as const,
    bytes: new Uint8Array([mark]),
    newClients: [],
  });

  it('lets a relational transaction and appends wait for each other, and none fails', async () => {
    await Promise.all(['c1', 'c2'].map((id) => store.createChapter(id)));
    const { generation } = (await store.log.load('c1'))!;
    const appendMany = async () => {
      for (let head = 0; head < 50; head += 1) {
        const result = await store.log.append('c1', {
          generation,
          expectedHead: head,
          rows: [row(head)],
        });
        expect(result.type).toBe('committed');
      }
    };
    const changeRights = async () => {
      for (let i = 0; i < 50; i += 1) {
        await store.database.db.transaction().execute((trx) => appendRightsRows(trx, ['c2']));
      }
    };
    await Promise.all([appendMany(), changeRights()]);
    expect([...(await store.log.heads(['c1', 'c2'])).values()]).toEqual([50, 50]);
  });

  it('keeps one damaged append from failing the others of its commit', async () => {
    await Promise.all(['c1', 'c2'].map((id) => store.createChapter(id)));
    const [first, second] = (await Promise.all([store.log.load('c1'), store.log.load('c2')])).map(
      (room) => room!.generation,
    );
    // A head the log has never had: a broken contract of the caller.
    const broken = store.log.append('c1', {
      generation: first!,
      expectedHead: 7,
      rows: [row(1)],
    });
    const sound = store.log.append('c2', {
      generation: second!,
      expectedHead: 0,
      rows: [row(2)],
    });
    await expect(broken).rejects.toThrow('ends at 0');
    expect(await sound).toMatchObject({ type: 'committed', head: 1 });
  });

  it('finishes what it was asked before it closes', async () => {
    await store.createChapter('c1');
    const { generation } = (await store.log.load('c1'))!;
    const appended = store.log.append('c1', { generation, expectedHead: 0, rows: [row(1)] });
    await store.log.close();
    expect(await appended).toMatchObject({ type: 'committed' });
  });
});

describe('[R1] a process killed while it appends', { timeout: 120_000 }, () => {
  it('[R1] leaves everything it had acknowledged in the log, in order, without gaps', async () => {
    const dataDir = await makeFolder();
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(
        process.execPath,
        [new URL('../../../test/appending-child.ts', import.meta.url).pathname, dataDir],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const exited = once(child, 'exit');
      let seen = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const [chapter, head] = line.split(' ');
        acknowledged.set(chapter!, Number(head));
        seen += 1;
        if (seen === 100 + round * 37) child.kill('SIGKILL');
      }
      await exited;
      expect(child.signalCode).toBe('SIGKILL');

      const store = await openStore(dataDir);
      for (const [chapter, head] of acknowledged) {
        const room = (await store.log.load(chapter))!;
        expect(room.head).toBeGreaterThanOrEqual(head);
        expect(room.tail.map(({ position }) => position)).toEqual(
          Array.from({ length: room.head }, (_, i) => i + 1),
        );
      }
      await store.close();
    }
    await rm(dataDir, { recursive: true });
  });
});
