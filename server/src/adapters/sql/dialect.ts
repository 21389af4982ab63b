import { PostgresAdapter, type Kysely } from 'kysely';

/** Whether a database, or the transaction on one, is PostgreSQL; else it is SQLite. */
export function isPostgres<Tables>(db: Kysely<Tables>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
