import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

type Schema = Kysely<unknown>['schema'];

/** People, sign-in, activities, documents, files, mail and the audit. */
export const workspaceMigration: Migration = {
  async up(db) {
    await createPeople(db.schema);
    await createActivities(db.schema);
    await createCredentials(db.schema);
    await createRecords(db.schema);
  },
};

async function createPeople(schema: Schema): Promise<void> {
  await schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('color', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('is_administrator', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('invited', 'active', 'disabled')`),
    )
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('theme', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint')
    .execute();
}

async function createActivities(schema: Schema): Promise<void> {
  await schema
    .createTable('activities')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('type', 'text')
    .addColumn('reference', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull().references('people.id'))
    .execute();

  await schema
    .createTable('memberships')
    .addColumn('activity_id', 'text', (column) =>
      column.notNull().references('activities.id').onDelete('cascade'),
    )
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('role', 'text', (column) =>
      column.notNull().check(sql`role in ('chair', 'member', 'reviewer', 'observer')`),
    )
    .addColumn('until', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull().references('people.id'))
    .addPrimaryKeyConstraint('memberships_pk', ['activity_id', 'person_id'])
    .execute();
  await schema
    .createIndex('memberships_person')
    .on('memberships')
    .columns(['person_id', 'activity_id'])
    .execute();

  await schema
    .createTable('documents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('activity_id', 'text', (column) => column.notNull().references('activities.id'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('template', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await schema.createIndex('documents_activity').on('documents').column('activity_id').execute();

  await schema
    .createTable('review_documents')
    .addColumn('activity_id', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('document_id', 'text', (column) => column.notNull().references('documents.id'))
    .addPrimaryKeyConstraint('review_documents_pk', ['activity_id', 'person_id', 'document_id'])
    .addForeignKeyConstraint(
      'review_documents_membership',
      ['activity_id', 'person_id'],
      'memberships',
      ['activity_id', 'person_id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();

  await schema
    .createTable('chapters')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('document_id', 'text', (column) => column.notNull().references('documents.id'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('thawed_state', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .addCheckConstraint('chapters_frozen', sql`(state = 'frozen') = (thawed_state is not null)`)
    .execute();
  await schema
    .createIndex('chapters_document')
    .on('chapters')
    .columns(['document_id', 'position'])
    .execute();

  await schema
    .createTable('files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('document_id', 'text', (column) => column.notNull().references('documents.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('size', 'integer', (column) => column.notNull())
    .addColumn('storage_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull().references('people.id'))
    .execute();
  await schema.createIndex('files_document').on('files').column('document_id').execute();
}

async function createCredentials(schema: Schema): Promise<void> {
  await schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
    .addColumn('via', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('sessions_person').on('sessions').column('person_id').execute();

  await schema
    .createTable('api_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
    .addColumn('via', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute();
  await schema.createIndex('api_tokens_person').on('api_tokens').column('person_id').execute();

  await schema
    .createTable('links')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.references('people.id'))
    .addColumn('activity_id', 'text', (column) => column.references('activities.id'))
    .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
    .addColumn('via', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('spent_at', 'bigint')
    .execute();
  await schema.createIndex('links_person').on('links').column('person_id').execute();

  await schema
    .createTable('tickets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('chapter_id', 'text', (column) => column.notNull().references('chapters.id'))
    .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
    .addColumn('via', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) =>
      column.references('sessions.id').onDelete('cascade'),
    )
    .addColumn('token_id', 'text', (column) =>
      column.references('api_tokens.id').onDelete('cascade'),
    )
    .addColumn('redeem_by', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('redeemed_at', 'bigint')
    .execute();
  for (const column of ['session_id', 'token_id', 'expires_at']) {
    await schema.createIndex(`tickets_${column}`).on('tickets').column(column).execute();
  }
}

async function createRecords(schema: Schema): Promise<void> {
  await schema
    .createTable('mails')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.references('people.id'))
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('link_id', 'text', (column) => column.references('links.id').onDelete('set null'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('mails_waiting')
    .on('mails')
    .columns(['state', 'next_attempt_at'])
    .execute();

  await schema
    .createTable('audit')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.references('people.id'))
    .addColumn('subject_id', 'text', (column) => column.references('people.id'))
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('audit_subject').on('audit').columns(['subject_id', 'at']).execute();
}
