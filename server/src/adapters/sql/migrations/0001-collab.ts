import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from '../dialect.ts';

/** The relay's log: rooms, rows, merged states and owners of Yjs client ids. */
export const collabMigration: Migration = {
  async up(db) {
    const bytes = isPostgres(db) ? 'bytea' : 'blob';
    // Clustered by the primary key, where the database can: a chapter's rows are read in one sweep.
    const clustered = <Table extends string, Column extends string>(
      table: CreateTableBuilder<Table, Column>,
    ) => (isPostgres(db) ? table : table.modifyEnd(sql`without rowid`));

    await db.schema
      .createTable('collab_rooms')
      .addColumn('chapter_id', 'text', (column) => column.primaryKey())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('head', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();

    const log = db.schema
      .createTable('collab_log')
      .addColumn('chapter_id', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) =>
        column.notNull().check(sql`kind in ('update', 'rights')`),
      )
      .addColumn('person_id', 'text')
      .addColumn('via', 'text')
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('bytes', bytes)
      .addPrimaryKeyConstraint('collab_log_pk', ['chapter_id', 'position'])
      .addCheckConstraint(
        'collab_log_update_complete',
        sql`kind = 'rights' or (person_id is not null and via is not null and bytes is not null)`,
      );
    await clustered(log).execute();

    await db.schema
      .createTable('collab_snapshots')
      .addColumn('chapter_id', 'text', (column) => column.primaryKey())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('state', bytes, (column) => column.notNull())
      .execute();

    const clients = db.schema
      .createTable('collab_clients')
      .addColumn('chapter_id', 'text', (column) => column.notNull())
      .addColumn('client_id', 'bigint', (column) => column.notNull())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('collab_clients_pk', ['chapter_id', 'client_id']);
    await clustered(clients).execute();
    if (isPostgres(db)) await tunePostgres(db);
  },
};

/** Room on each page for the next versions of a head; updates and states uncompressed, see below. */
async function tunePostgres<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`alter table collab_rooms set (fillfactor = 50)`.execute(db);
  // Yjs packs its updates already, and a large state is read in slices.
  await sql`alter table collab_log alter column bytes set storage external`.execute(db);
  await sql`alter table collab_snapshots alter column state set storage external`.execute(db);
}
