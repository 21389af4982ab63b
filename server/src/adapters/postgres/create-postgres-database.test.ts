import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../../test/test-postgres.ts';
import { appendRightsRows, createRoom } from '../sql/rooms.ts';
import {
  createPostgresDatabase,
  migratePostgres,
  pendingInPostgres,
  type PostgresDatabase,
} from './create-postgres-database.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

describe('the migrations of PostgreSQL', () => {
  it('run once when many nodes start together on an empty database', async () => {
    const url = await server.createDatabase();
    const ran = await Promise.all(Array.from({ length: 6 }, () => migratePostgres(url)));
    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await pendingInPostgres(url)).toEqual([]);
  });

  it('take no tables of somebody else for their own', async () => {
    const url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    await server.query(
      'create schema other; create table other.kysely_migration (name text, timestamp text)',
      name,
    );
    expect(await migratePostgres(url)).toContain('0001-collab');
  });
});

describe('the PostgreSQL dialect', () => {
  let url: string;
  let database: PostgresDatabase;
  let other: PostgresDatabase;
  beforeEach(async () => {
    url = await server.createStore();
    database = createPostgresDatabase(url);
    other = createPostgresDatabase(url);
  });
  afterEach(async () => {
    await database.close();
    await other.close();
  });

  const rooms = () =>
    other.db
      .selectFrom('collab_rooms')
      .select(['chapter_id', 'head'])
      .orderBy('chapter_id')
      .execute();

  it('undoes a transaction that throws, and does not show it to others before', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await createRoom(trx, 'c1');
      expect(await rooms()).toEqual([]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await rooms()).toEqual([]);
  });

  it('keeps transactions of several nodes apart', async () => {
    await database.db.transaction().execute((trx) => createRoom(trx, 'c1'));
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        (i % 2 === 0 ? database : other).db
          .transaction()
          .execute((trx) => appendRightsRows(trx, ['c1'])),
      ),
    );
    expect(await rooms()).toEqual([{ chapter_id: 'c1', head: 50 }]);
  });

  it('notes changed rights in thousands of chapters at once, and in none when one has no log', async () => {
    const ids = Array.from({ length: 2_500 }, (_, i) => `c${i}`);
    await database.db
      .insertInto('collab_rooms')
      .values(ids.map((chapter_id) => ({ chapter_id, generation: chapter_id, head: 0 })))
      .execute();
    await database.db.transaction().execute((trx) => appendRightsRows(trx, ids));
    expect((await rooms()).filter(({ head }) => head === 1)).toHaveLength(2_500);
    const wrong = database.db
      .transaction()
      .execute((trx) => appendRightsRows(trx, [...ids, 'no-such-chapter']));
    await expect(wrong).rejects.toThrow('a chapter has no log');
    expect((await rooms()).filter(({ head }) => head === 1)).toHaveLength(2_500);
  });

  it('lets one look, decide and write before the next looks', async () => {
    const createUnlessThere = ({ db }: PostgresDatabase) =>
      db.transaction().execute(async (trx) => {
        const found = await trx.selectFrom('collab_rooms').select('chapter_id').execute();
        if (found.length === 0) await createRoom(trx, `c${Math.random()}`);
      });
    await Promise.all([database, other, database, other].map(createUnlessThere));
    expect(await rooms()).toHaveLength(1);
  });

  it('reads while a transaction is open, in a transaction too', async () => {
    const writing = await database.db.startTransaction().execute();
    await createRoom(writing, 'c1');
    const reading = await database.db.startTransaction().setAccessMode('read only').execute();
    expect(await reading.selectFrom('collab_rooms').select('head').execute()).toEqual([]);
    await reading.commit().execute();
    await writing.commit().execute();
    expect(await rooms()).toHaveLength(1);
  });

  it('undoes a savepoint alone', async () => {
    const trx = await database.db.startTransaction().execute();
    await createRoom(trx, 'c1');
    const inner = await trx.savepoint('here').execute();
    await createRoom(inner, 'c2');
    await inner.rollbackToSavepoint('here').execute();
    await trx.commit().execute();
    expect(await rooms()).toEqual([{ chapter_id: 'c1', head: 0 }]);
  });

  it('says that nothing was stored when a transaction with a failed statement is committed', async () => {
    const trx = await database.db.startTransaction().execute();
    await createRoom(trx, 'c1');
    await expect(createRoom(trx, 'c1')).rejects.toMatchObject({ code: '23505' });
    await expect(trx.commit().execute()).rejects.toThrow('rolled back');
    expect(await rooms()).toEqual([]);
    // The turn was given back.
    await database.db.transaction().execute((again) => createRoom(again, 'c2'));
    expect(await rooms()).toEqual([{ chapter_id: 'c2', head: 0 }]);
  });

  it('gives the turn back when the connection of a transaction breaks', async () => {
    const trx = await database.db.startTransaction().execute();
    await createRoom(trx, 'c1');
    await server.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'plenary workspace %' and state = 'idle in transaction'`);
    await expect(createRoom(trx, 'c2')).rejects.toThrow();
    await trx.rollback().execute();
    await database.db.transaction().execute((again) => createRoom(again, 'c3'));
    expect(await rooms()).toEqual([{ chapter_id: 'c3', head: 0 }]);
  });

  it('counts the rows a change touched', async () => {
    const values = { chapter_id: 'c1', generation: 'g', head: 0 };
    const inserted = await database.db.insertInto('collab_rooms').values(values).executeTakeFirst();
    expect(inserted.numInsertedOrUpdatedRows).toBe(1n);
    const removed = await database.db.deleteFrom('collab_rooms').executeTakeFirst();
    expect(removed.numDeletedRows).toBe(1n);
  });

  it('reads whole numbers as numbers', async () => {
    const head = Number.MAX_SAFE_INTEGER;
    await database.db
      .insertInto('collab_rooms')
      .values({ chapter_id: 'c1', generation: 'g', head })
      .execute();
    expect(await rooms()).toEqual([{ chapter_id: 'c1', head }]);
  });
});
