import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from '../dialect.ts';

/** Files and mail texts of nodes that share a database; with SQLite they lie in the data folder. */
export const sharedStoreMigration: Migration = {
  async up(db) {
    if (!isPostgres(db)) return;
    await db.schema
      .createTable('stored_files')
      .addColumn('storage_key', 'text', (column) => column.notNull())
      .addColumn('piece', 'integer', (column) => column.notNull())
      .addColumn('bytes', 'bytea', (column) => column.notNull())
      .addPrimaryKeyConstraint('stored_files_pk', ['storage_key', 'piece'])
      .execute();
    // Pictures are packed already.
    await sql`alter table stored_files alter column bytes set storage external`.execute(db);
    await db.schema
      .createTable('mail_texts')
      .addColumn('mail_id', 'text', (column) => column.primaryKey())
      .addColumn('text', 'text', (column) => column.notNull())
      .execute();
  },
};
