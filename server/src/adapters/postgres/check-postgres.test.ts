import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '@plenary/testing';
import { objectionToDatabase } from './check-postgres.ts';

describe('what is said about a database that cannot be used', () => {
  let server: PostgresServer;
  let as: (user: string, database: string) => string;
  beforeAll(async () => {
    server = await startPostgres();
    as = (user, database) => `postgres://${user}@127.0.0.1:${server.port}/${database}`;
    for (const statement of [
      `create role guarded login password 'right'`,
      'create role guest login',
      'create database latin template template0 encoding latin1',
      'create database standby',
      'alter database standby set default_transaction_read_only = on',
      'create database closed',
      'revoke connect on database closed from public',
    ]) {
      await server.query(statement);
    }
  });
  afterAll(() => server.stop());

  it.each([
    ['guarded:wrong', 'postgres', /does not let "guarded" in: wrong name or password$/],
    ['nobody', 'postgres', /does not let "nobody" in/],
    ['postgres', 'nowhere', /has no database "nowhere"$/],
    ['guest', 'closed', /^"guest" may not use the database "closed"$/],
    ['guest', 'postgres', /^this account may not create tables/],
    ['postgres', 'latin', /encoded in LATIN1/],
    ['postgres', 'standby', /^the database is read-only/],
  ])('as %s at %s', async (user, database, expected) => {
    const objection = await objectionToDatabase(as(user, database));
    expect(objection).toMatch(expected);
    expect(objection).not.toMatch(/wrong@|:wrong/);
  });

  it('is nothing when it can be used', async () => {
    expect(await objectionToDatabase(as('postgres', 'postgres'))).toBeNull();
    await server.query('create database own owner guest');
    expect(await objectionToDatabase(as('guest', 'own'))).toBeNull();
  });

  it.each([
    ['?sslmode=verify-full&sslrootcert=/nowhere.pem', /^the address or .+ cannot be used \(ENOENT/],
    ['?sslmode=verify-full', /^no PostgreSQL answers at .+ \(The server does not support SSL/],
  ])('with %s', async (parameters, expected) => {
    expect(await objectionToDatabase(as('postgres', `postgres${parameters}`))).toMatch(expected);
  });

  it('when nobody answers, or somebody else', async () => {
    expect(
      await objectionToDatabase('postgres://plenary:secret@no-such-host.invalid/plenary'),
    ).toBe('no PostgreSQL answers at no-such-host.invalid:5432 (ENOTFOUND)');
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // a TCP server that listens has one
    const objection = await objectionToDatabase(`postgres://plenary:secret@127.0.0.1:${port}/x`);
    other.close();
    expect(objection).toMatch(/^no PostgreSQL answers at 127\.0\.0\.1:\d+ \(.+\)$/);
    expect(objection).not.toContain('secret');
  });
});
