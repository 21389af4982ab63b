import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from './postgres-server.ts';

describe('the PostgreSQL of the tests', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('keeps what was committed through a crash, on the same port', async () => {
    await server.query("create table words (word text); insert into words values ('kept')");
    await server.crash();
    await server.start();
    expect(await server.query('select word from words')).toEqual([{ word: 'kept' }]);
  });

  it('starts again after it was stopped', async () => {
    await server.halt();
    await expect(server.query('select 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    expect(await server.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('gives each asker a database of their own', async () => {
    const [first, second] = [await server.createDatabase(), await server.createDatabase()];
    expect(first).not.toBe(second);
  });
});
