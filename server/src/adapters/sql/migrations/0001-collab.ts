import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The relay's log: rooms, rows, merged states and owners of Yjs client ids. */
export const collabMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable('collab_rooms')
      .addColumn('chapter_id', 'text', (column) => column.primaryKey())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('head', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();

    // Clustered by chapter and position: a chapter's rows are read in one sweep.
    await db.schema
      .createTable('collab_log')
      .addColumn('chapter_id', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('kind', 'text', (column) =>
        column.notNull().check(sql`kind in ('update', 'rights')`),
      )
      .addColumn('person_id', 'text')
      .addColumn('via', 'text')
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('bytes', 'blob')
      .addPrimaryKeyConstraint('collab_log_pk', ['chapter_id', 'position'])
      .addCheckConstraint(
        'collab_log_update_complete',
        sql`kind = 'rights' or (person_id is not null and via is not null and bytes is not null)`,
      )
      .modifyEnd(sql`without rowid`)
      .execute();

    await db.schema
      .createTable('collab_snapshots')
      .addColumn('chapter_id', 'text', (column) => column.primaryKey())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('state', 'blob', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('collab_clients')
      .addColumn('chapter_id', 'text', (column) => column.notNull())
      .addColumn('client_id', 'integer', (column) => column.notNull())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('collab_clients_pk', ['chapter_id', 'client_id'])
      .modifyEnd(sql`without rowid`)
      .execute();
  },
};
