import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { migrate, pendingMigrations } from '../sql/migrate.ts';
import type { Database } from '../sql/schema.ts';
import { openPool } from './open-pool.ts';
import { createPostgresDialect } from './postgres-dialect.ts';

/** Most connections of one node for relational statements. */
const MAX_CONNECTIONS = 8;

/** The relational side of a database that several nodes share. */
export interface PostgresDatabase {
  readonly db: Kysely<Database>;
  readonly pool: Pool;
  /** Ends the connections when what runs on them is done. Safe to call twice. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the relational side of a database; its tables are made by `migratePostgres`. Connections are
 * made when they are needed and again when they broke.
 */
export function createPostgresDatabase(
  databaseUrl: string,
  options: { readonly onBroken?: (error: Error) => void } = {},
): PostgresDatabase {
  const pool = openPool(databaseUrl, { ...options, purpose: 'workspace', max: MAX_CONNECTIONS });
  const db = new Kysely<Database>({ dialect: createPostgresDialect(pool) });
  let closing: Promise<void> | null = null;
  return {
    db,
    pool,
    close() {
      closing ??= db.destroy().then(() => pool.end());
      return closing;
    },
  };
}

/**
 * Brings a database to this version, however long it takes; nodes that start together wait for the
 * first. Resolves to the names of the migrations that ran.
 */
export function migratePostgres(databaseUrl: string): Promise<readonly string[]> {
  return withPatience(databaseUrl, migrate);
}

/** Names of the migrations that have not run yet, in order. */
export function pendingInPostgres(databaseUrl: string): Promise<readonly string[]> {
  return withPatience(databaseUrl, pendingMigrations);
}

/** Without limits on time and without turns: for what rewrites tables. */
async function withPatience<Result>(
  databaseUrl: string,
  work: (db: Kysely<Database>) => Promise<Result>,
): Promise<Result> {
  const pool = openPool(databaseUrl, { purpose: 'migration', max: 2, limits: null });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(db);
  } finally {
    await db.destroy(); // ends the pool, if it was used at all
  }
}
