import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { isPostgres } from './dialect.ts';
import { migrations } from './migrations/index.ts';
import type { Database } from './schema.ts';

/**
 * Brings the database to the newest shape, all steps in one transaction. Resolves to the names of
 * the migrations that ran, empty when there was nothing to do. Throws when one fails, and when the
 * database was made by a newer version; nothing has changed then.
 */
export async function migrate(db: Kysely<Database>): Promise<readonly string[]> {
  const migrator = await createMigrator(db);
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new Error('the database could not be brought to this version', { cause: error });
  }
  return (results ?? []).map((result) => result.migrationName);
}

/** Names of the migrations that have not run yet, in order. Changes nothing but its own table. */
export async function pendingMigrations(db: Kysely<Database>): Promise<readonly string[]> {
  const known = await (await createMigrator(db)).getMigrations();
  return known.filter((migration) => migration.executedAt === undefined).map(({ name }) => name);
}

async function createMigrator(db: Kysely<Database>): Promise<Migrator> {
  // Named, so that the tables of something else in the same database are not taken for ours.
  const schema = isPostgres(db) ? { migrationTableSchema: await currentSchema(db) } : {};
  const provider = { getMigrations: async () => ({ ...migrations }) };
  return new Migrator({ db, provider, ...schema });
}

async function currentSchema(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(db);
  return rows[0]!.name;
}
