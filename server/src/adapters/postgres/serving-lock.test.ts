import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../../test/test-postgres.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { DatabaseTakenError, takeDatabaseAlone, takeServingPlace } from './serving-lock.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

const endServing = () =>
  server.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like 'plenary serving %'`);

describe('a place among the servers of a database', () => {
  it('is shared by servers, and keeps a command from having the database alone', async () => {
    const url = await server.createStore();
    const places = [
      await takeServingPlace(url, { onTaken: vi.fn() }),
      await takeServingPlace(url, { onTaken: vi.fn() }),
    ];
    const refused = await takeDatabaseAlone(url);
    expect(refused.type === 'in-use' && refused.by).toEqual([
      expect.stringMatching(new RegExp(`^${process.pid}@`)),
      expect.stringMatching(new RegExp(`^${process.pid}@`)),
    ]);
    for (const place of places) await place.leave();
    const alone = await takeDatabaseAlone(url);
    expect(alone.type).toBe('alone');
    // A server that starts meanwhile waits for a short command.
    const waiting = takeServingPlace(url, { onTaken: vi.fn() });
    await expect
      .poll(() => server.query('select 1 from pg_locks where not granted'))
      .toHaveLength(1);
    if (alone.type === 'alone') await alone.release();
    await (await waiting).leave();
  });

  it('is not to be had while a command keeps the database', async () => {
    const url = await server.createStore();
    const alone = await takeDatabaseAlone(url);
    const place = takeServingPlace(url, { onTaken: vi.fn(), waitMs: 100 });
    await expect(place).rejects.toThrow(DatabaseTakenError);
    if (alone.type === 'alone') await alone.release();
  });

  it('has nothing to do with other databases of the server', async () => {
    const place = await takeServingPlace(await server.createStore(), { onTaken: vi.fn() });
    const alone = await takeDatabaseAlone(await server.createStore());
    expect(alone.type).toBe('alone');
    if (alone.type === 'alone') await alone.release();
    await place.leave();
  });

  it('is taken again after the connection broke', async () => {
    const url = await server.createStore();
    const onTaken = vi.fn();
    const place = await takeServingPlace(url, { onTaken });
    await endServing();
    await expect.poll(async () => (await holders(url)).length, { timeout: 10_000 }).toBe(1);
    await place.leave();
    expect(await holders(url)).toEqual([]);
    expect(onTaken).not.toHaveBeenCalled();
  });

  it('tells a server whose place a command took meanwhile', async () => {
    const url = await server.createStore();
    const onTaken = vi.fn();
    const place = await takeServingPlace(url, { onTaken, waitMs: 100 });
    const command = new Client({ connectionString: url });
    await command.connect();
    // It waits in line, so that it is faster than the server that comes back.
    const taken = command.query(`select pg_advisory_lock(${ADVISORY_LOCKS.serving})`);
    await expect
      .poll(() => server.query('select 1 from pg_locks where not granted'))
      .toHaveLength(1);
    await endServing();
    await taken;
    await expect.poll(() => onTaken.mock.calls.length, { timeout: 20_000 }).toBe(1);
    await place.leave();
    await command.end();
  });

  /** Who holds a place now, by looking rather than by trying. */
  async function holders(url: string): Promise<readonly Record<string, unknown>[]> {
    const name = new URL(url).pathname.slice(1);
    return server.query(
      `select a.pid from pg_locks as l join pg_stat_activity as a using (pid)
       where l.locktype = 'advisory' and l.granted and a.datname = '${name}'`,
    );
  }
});
