import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Resolves when the database answers. */
export function ping(db: Kysely<Database>): Promise<unknown> {
  return sql`select 1`.execute(db);
}
