import type { Kysely } from 'kysely';
import type { MailFolder } from '../../domain/ports.ts';
import type { Database } from '../sql/schema.ts';

/** Keeps the texts of mails in the database that all nodes share: any of them may send or show one. */
export function createDatabaseMailFolder(db: Kysely<Database>): MailFolder {
  return {
    async write(id, text) {
      await db
        .insertInto('mail_texts')
        .values({ mail_id: id, text })
        .onConflict((conflict) => conflict.column('mail_id').doUpdateSet({ text }))
        .execute();
    },
    async read(id) {
      const row = await db
        .selectFrom('mail_texts')
        .select('text')
        .where('mail_id', '=', id)
        .executeTakeFirst();
      return row?.text ?? null;
    },
    async remove(id) {
      await db.deleteFrom('mail_texts').where('mail_id', '=', id).execute();
    },
  };
}
