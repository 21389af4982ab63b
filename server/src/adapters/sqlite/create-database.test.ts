import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendRightsRows, createRoom } from '../sql/rooms.ts';
import { createDatabase, type OpenDatabase } from './create-database.ts';

let dataDir: string;
let database: OpenDatabase;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plenary-db-'));
  database = await createDatabase(dataDir, { transactionLimitMs: 200 });
  await database.migrate();
});

afterEach(async () => {
  await database.close();
  await rm(dataDir, { recursive: true });
});

const rooms = () =>
  database.db
    .selectFrom('collab_rooms')
    .select(['chapter_id', 'head'])
    .orderBy('chapter_id')
    .execute();

describe('the SQLite dialect', () => {
  it('runs each migration once', async () => {
    expect(await database.migrate()).toEqual([]);
  });

  it('reads what was written before', async () => {
    await database.db.transaction().execute((trx) => createRoom(trx, 'c1'));
    expect(await rooms()).toEqual([{ chapter_id: 'c1', head: 0 }]);
  });

  it('undoes a transaction that throws', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await createRoom(trx, 'c1');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await rooms()).toEqual([]);
  });

  it('keeps transactions that run at the same time apart', async () => {
    await database.db.transaction().execute((trx) => createRoom(trx, 'c1'));
    await Promise.all(
      Array.from({ length: 50 }, () =>
        database.db.transaction().execute((trx) => appendRightsRows(trx, ['c1'])),
      ),
    );
    const rows = await database.db
      .selectFrom('collab_log')
      .select('position')
      .orderBy('position')
      .execute();
    expect(rows.map((row) => row.position)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
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

  it('does not show a reader what is not committed', async () => {
    await database.db.transaction().execute(async (trx) => {
      await createRoom(trx, 'c1');
      expect(await rooms()).toEqual([]);
    });
    expect(await rooms()).toHaveLength(1);
  });

  it('rolls back a transaction that stays open, and goes on', async () => {
    const stuck = database.db.transaction().execute(async (trx) => {
      await createRoom(trx, 'c1');
      await database.db.transaction().execute((inner) => createRoom(inner, 'c2'));
      await createRoom(trx, 'c3');
    });
    await expect(stuck).rejects.toMatchObject({ code: 'TRANSACTION_TIMEOUT' });
    expect(await rooms()).toEqual([{ chapter_id: 'c2', head: 0 }]);
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

  it('counts the rows a change touched and keeps the code of an error', async () => {
    const insert = () =>
      database.db
        .insertInto('collab_rooms')
        .values({ chapter_id: 'c1', generation: 'g', head: 0 })
        .executeTakeFirst();
    expect((await insert()).numInsertedOrUpdatedRows).toBe(1n);
    await expect(insert()).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  });

  it('commits with full synchronisation to a write-ahead log', async () => {
    const journal = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(database.db);
    const synchronous = await sql<{ synchronous: number }>`pragma synchronous`.execute(database.db);
    expect(journal.rows).toEqual([{ journal_mode: 'wal' }]);
    expect(synchronous.rows).toEqual([{ synchronous: 2 }]);
  });
});
