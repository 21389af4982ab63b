import { describeUpdateLogContract, openFaultProxy } from '@plenary/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../../test/test-postgres.ts';
import { appendRightsRows, createRoom, drawGeneration } from '../sql/rooms.ts';
import { appendStatement } from './append-statement.ts';
import { createPostgresDatabase, type PostgresDatabase } from './create-postgres-database.ts';
import { DatabaseAwayError } from './database-away.ts';
import { openPostgresUpdateLog, type PostgresUpdateLog } from './postgres-update-log.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

interface Store {
  readonly url: string;
  readonly database: PostgresDatabase;
  readonly log: PostgresUpdateLog;
  /** A second adapter, as another node has it. */
  readonly other: PostgresUpdateLog;
  createChapter(): Promise<string>;
  close(): Promise<void>;
}

async function openStore(): Promise<Store> {
  const url = await server.createStore();
  const database = createPostgresDatabase(url);
  const log = openPostgresUpdateLog(url);
  const other = openPostgresUpdateLog(url);
  let created = 0;
  return {
    url,
    database,
    log,
    other,
    async createChapter() {
      created += 1;
      const id = `c${created}`;
      await database.db.transaction().execute((trx) => createRoom(trx, id));
      return id;
    },
    async close() {
      await Promise.all([log.close(), other.close()]);
      await database.close();
    },
  };
}

describeUpdateLogContract('PostgreSQL', async () => {
  const store = await openStore();
  const { db } = store.database;
  return {
    log: store.log,
    other: store.other,
    createChapter: () => store.createChapter(),
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
    close: () => store.close(),
  };
});

const row = (mark: number, personId = 'ana') => ({
  personId,
  via: 'password' as const,
  bytes: new Uint8Array([mark]),
  newClients: [],
});

describe('the PostgreSQL log', () => {
  let store: Store;
  let chapter: string;
  let generation: string;
  beforeEach(async () => {
    store = await openStore();
    chapter = await store.createChapter();
    generation = (await store.log.load(chapter))!.generation;
  });
  afterEach(() => store.close());

  /** A connection of the test's own, on which an append can be held before its commit. */
  async function holdAppend(mark: number): Promise<Client> {
    const client = new Client({ connectionString: store.url });
    await client.connect();
    await client.query('begin');
    const request = { chapterId: chapter, generation, expectedHead: 0, rows: [row(mark, 'ben')] };
    const { rows } = await client.query(appendStatement([request], { waits: true }));
    expect(rows).toHaveLength(1);
    return client;
  }

  const positions = async (log: PostgresUpdateLog, after = 0) =>
    (await log.readAfter(chapter, after, 100)).map(({ position }) => position);

  it('[R13.1] lets no higher position commit before a lower one, so no reader skips a row', async () => {
    const held = await holdAppend(1);
    let isAnswered = false;
    const second = store.log
      .append(chapter, { generation, expectedHead: 0, rows: [row(2)] })
      .finally(() => (isAnswered = true));
    // Appends to other rooms pass by the one that waits.
    for (let i = 0; i < 8; i += 1) {
      const elsewhere = await store.createChapter();
      const { generation: theirs } = (await store.log.load(elsewhere))!;
      const batch = { generation: theirs, expectedHead: 0, rows: [row(3)] };
      expect(await store.log.append(elsewhere, batch)).toMatchObject({ type: 'committed' });
      expect(await positions(store.other)).toEqual([]);
      expect((await store.other.heads([chapter])).get(chapter)).toBe(0);
    }
    expect(isAnswered).toBe(false);
    await held.query('commit');
    await held.end();
    const result = await second;
    expect(result.type === 'behind' && result.rows.map(({ position }) => position)).toEqual([1]);
    expect(await positions(store.other)).toEqual([1]);
    expect(
      await store.log.append(chapter, { generation, expectedHead: 1, rows: [row(2)] }),
    ).toMatchObject({ type: 'committed', head: 2 });
    expect(await positions(store.other, 1)).toEqual([2]);
  });

  it('[R13.1] gives the position of an append that is undone to the next', async () => {
    const held = await holdAppend(1);
    const second = store.log.append(chapter, { generation, expectedHead: 0, rows: [row(2)] });
    await held.query('rollback');
    await held.end();
    expect(await second).toMatchObject({ type: 'committed', head: 1 });
    expect(await positions(store.other)).toEqual([1]);
  });

  it('[R13.3] an append waits for a change of rights that is under way, and comes after it', async () => {
    const changing = await store.database.db.startTransaction().execute();
    await appendRightsRows(changing, [chapter]);
    const append = store.log.append(chapter, { generation, expectedHead: 0, rows: [row(1)] });
    expect(await positions(store.other)).toEqual([]);
    await changing.commit().execute();
    const result = await append;
    expect(result.type === 'behind' && result.rows[0]).toMatchObject({
      kind: 'rights',
      position: 1,
    });
  });

  it('stores what waits in few statements, each room on its own terms', async () => {
    const chapters = await Promise.all(Array.from({ length: 200 }, () => store.createChapter()));
    const generations = await Promise.all(
      chapters.map(async (id) => (await store.log.load(id))!.generation),
    );
    const results = await Promise.all(
      chapters.map((id, index) =>
        store.log.append(id, {
          generation: index % 50 === 7 ? 'another' : generations[index]!,
          expectedHead: 0,
          rows: [row(index % 256), row(1, 'ben')],
        }),
      ),
    );
    expect(results.filter(({ type }) => type === 'gone')).toHaveLength(4);
    expect(results.filter(({ type }) => type === 'committed')).toHaveLength(196);
    const heads = await store.other.heads(chapters);
    expect([...heads.values()].filter((head) => head === 2)).toHaveLength(196);
  });

  it('keeps one damaged append from failing the others of its statement', async () => {
    const chapters = await Promise.all(Array.from({ length: 12 }, () => store.createChapter()));
    const results = await Promise.allSettled(
      chapters.map(async (id, index) => {
        const { generation: own } = (await store.log.load(id))!;
        const person = index === 8 ? 'no\0body' : 'ana'; // a text that PostgreSQL does not take
        return store.log.append(id, { generation: own, expectedHead: 0, rows: [row(1, person)] });
      }),
    );
    const failed = results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(failed).toEqual([8]);
  });

  it('rejects an append at a head the log has never had', async () => {
    const broken = store.log.append(chapter, { generation, expectedHead: 7, rows: [row(1)] });
    await expect(broken).rejects.toThrow('ends at 0');
  });

  it('commits to the disk whatever the defaults of the server and the role are', async () => {
    const [name] = new URL(store.url).pathname.split('/').slice(1);
    await server.query(`alter database ${name} set synchronous_commit = off`);
    await server.query('alter role postgres set synchronous_commit = off');
    const fresh = createPostgresDatabase(store.url);
    const { rows } = await fresh.pool.query('show synchronous_commit');
    await fresh.close();
    await server.query('alter role postgres reset synchronous_commit');
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('rejects an append whose connection breaks, and goes on with another one', async () => {
    const held = await holdAppend(1);
    const lost = expect(
      store.log.append(chapter, { generation, expectedHead: 0, rows: [row(2)] }),
    ).rejects.toThrow(DatabaseAwayError);
    const waiting = `from pg_stat_activity where wait_event_type = 'Lock' and query like '%collab_log%'`;
    await expect
      .poll(() => server.query(`select pg_terminate_backend(pid) as ended ${waiting}`))
      .toEqual([{ ended: true }]);
    await lost;
    await held.query('commit');
    await held.end();
    expect(
      await store.log.append(chapter, { generation, expectedHead: 1, rows: [row(3)] }),
    ).toMatchObject({ type: 'committed', head: 2 });
  });

  it('gives up an append when the server is silent, and stores nothing twice when it speaks again', async () => {
    const proxy = await openFaultProxy(server.port);
    const url = new URL(store.url);
    url.port = String(proxy.port);
    const log = openPostgresUpdateLog(url.href, { silenceMs: 300 });
    const batch = { generation, expectedHead: 0, rows: [row(1)] };
    expect(await log.append(chapter, batch)).toMatchObject({ type: 'committed', head: 1 });
    proxy.partition();
    await expect(log.append(chapter, { ...batch, expectedHead: 1 })).rejects.toThrow(
      DatabaseAwayError,
    );
    // Meanwhile the row is stored another way; what was held up arrives too late for its head.
    expect(await store.other.append(chapter, { ...batch, expectedHead: 1 })).toMatchObject({
      type: 'committed',
      head: 2,
    });
    proxy.mend();
    expect(await log.append(chapter, { ...batch, expectedHead: 2 })).toMatchObject({
      type: 'committed',
      head: 3,
    });
    expect(await positions(store.other)).toEqual([1, 2, 3]);
    await log.close();
    await proxy.close();
  });

  it('says that nothing was stored when the server became read-only', async () => {
    const [name] = new URL(store.url).pathname.split('/').slice(1);
    await server.query(`alter database ${name} set default_transaction_read_only = on`);
    const log = openPostgresUpdateLog(store.url);
    const result = await log.append(chapter, { generation, expectedHead: 0, rows: [row(1)] });
    await log.close();
    expect(result.type).toBe('full');
    expect(await positions(store.other)).toEqual([]);
  });

  it('says that nothing was stored when the disk was full, and stores it when there is room', async () => {
    // What the server says when a table cannot grow; a trigger says it here, on any machine.
    await store.database.pool.query(`
      create function no_room() returns trigger language plpgsql as
        'begin raise exception ''could not extend file'' using errcode = ''disk_full''; end';
      create trigger no_room before insert on collab_log for each row execute function no_room()`);
    const batch = { generation, expectedHead: 0, rows: [row(1)] };
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => store.log.append(chapter, batch)));
    expect(results.map(({ type }) => type)).toEqual(['full', 'full', 'full', 'full', 'full']);
    expect((await store.other.load(chapter))!.head).toBe(0);
    await store.database.pool.query('drop trigger no_room on collab_log');
    expect(await store.log.append(chapter, batch)).toMatchObject({ type: 'committed', head: 1 });
  });

  it('reads a large state and a long tail whole', async () => {
    const state = new Uint8Array(2_500_000).map((_, index) => (index * 7) % 256);
    const rows = Array.from({ length: 2_500 }, (_, index) => row(index % 256));
    await store.log.append(chapter, { generation, expectedHead: 0, rows });
    await store.log.compact(chapter, { generation, position: 1, state });
    const room = (await store.other.load(chapter))!;
    expect(Buffer.compare(room.state!, state)).toBe(0);
    expect(room.tail.map(({ position }) => position)).toEqual(
      Array.from({ length: 2_499 }, (_, index) => index + 2),
    );
  });

  it('[R1] keeps every acknowledged append through crashes of the server, in order, without gaps', async () => {
    const chapters = await Promise.all(Array.from({ length: 4 }, () => store.createChapter()));
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round += 1) {
      const appenders = chapters.map(async (id) => {
        const { generation: own, ...room } = (await store.log.load(id))!;
        let { head } = room;
        for (;;) {
          const rows = [row(head % 256), row(1, 'ben')];
          const result = await store.log.append(id, { generation: own, expectedHead: head, rows });
          if (result.type !== 'committed') throw new Error(`unexpected ${result.type}`);
          head = result.head;
          acknowledged.set(id, head);
        }
      });
      const ends = Promise.allSettled(appenders);
      const goal = (round + 1) * 60;
      await expect
        .poll(() => Math.min(...chapters.map((id) => acknowledged.get(id) ?? 0)), {
          timeout: 20_000,
        })
        .toBeGreaterThan(goal);
      await server.crash();
      for (const end of await ends) expect(end.status).toBe('rejected');
      await server.start();
      for (const id of chapters) {
        const room = (await store.log.load(id))!;
        expect(room.head).toBeGreaterThanOrEqual(acknowledged.get(id)!);
        expect(room.tail.map(({ position }) => position)).toEqual(
          Array.from({ length: room.head }, (_, i) => i + 1),
        );
      }
    }
  });

  it('finishes what it was asked before it closes', async () => {
    const appended = store.log.append(chapter, { generation, expectedHead: 0, rows: [row(1)] });
    await store.log.close();
    expect(await appended).toMatchObject({ type: 'committed' });
  });
});
