import { startPostgres, type PostgresServer } from '@plenary/testing';
import { migratePostgres } from '../src/adapters/postgres/create-postgres-database.ts';

/** Name of the database that has all tables and that the others are copies of. */
export const TEMPLATE = 'plenary_template';

/** A PostgreSQL for a file of tests, whose databases have our tables. */
export interface TestPostgres extends PostgresServer {
  /** A database with empty tables; resolves to its address. */
  createStore(): Promise<string>;
}

/** Starts a server for a file of tests; call `stop` in its `afterAll`. */
export async function startTestPostgres(
  options: Parameters<typeof startPostgres>[0] = {},
): Promise<TestPostgres> {
  const server = await startPostgres(options);
  await server.query(`create database ${TEMPLATE}`);
  await migratePostgres(server.url(TEMPLATE));
  return { ...server, createStore: () => server.createDatabase({ template: TEMPLATE }) };
}
