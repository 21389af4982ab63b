import type { MailEntry, MailMessage } from '@plenary/protocol';
import type { Selectable } from 'kysely';
import type { MailsTable } from '../../adapters/sql/workspace-tables.ts';
import { record } from '../audit.ts';
import { toTimestamp } from '../moments.ts';
import { done, refuse, type Result } from '../result.ts';
import type { Workspace } from '../workspace.ts';
import type { Administrator } from './people.ts';

/** Most mails a list shows: the newest. */
const LIST_SIZE = 200;

/** The newest mails without their texts. */
export async function listMails({ db }: Workspace): Promise<MailEntry[]> {
  const rows = await db
    .selectFrom('mails')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(LIST_SIZE)
    .execute();
  return rows.map(toMailEntry);
}

/**
 * The text of a mail that was kept or could not be sent, for an administrator to hand on its link.
 * That is recorded and shown to the person, and a session that begins with that link is marked as
 * the operator's: it went through other hands.
 */
export async function readMail(
  ws: Workspace,
  by: Administrator,
  mailId: string,
): Promise<Result<MailMessage>> {
  const row = await ws.db
    .selectFrom('mails')
    .selectAll()
    .where('id', '=', mailId)
    .where('state', 'in', ['kept', 'failed'])
    .executeTakeFirst();
  const text = row === undefined ? null : await ws.mailFolder.read(row.id);
  if (row === undefined || text === null) return refuse('not_found');
  await ws.db.transaction().execute(async (trx) => {
    await record(trx, {
      kind: 'mail.read',
      at: ws.clock.now(),
      actorId: by.personId,
      subjectId: row.person_id,
      detail: { mailId },
    });
    // Mail to oneself goes through nobody else's hands.
    if (row.link_id === null || row.person_id === by.personId) return;
    await trx
      .updateTable('links')
      .set({ via: 'operator' })
      .where('id', '=', row.link_id)
      .where('spent_at', 'is', null)
      .execute();
  });
  return done({ ...toMailEntry(row), text });
}

function toMailEntry(row: Selectable<MailsTable>): MailEntry {
  return {
    id: row.id,
    to: row.recipient,
    subject: row.subject,
    createdAt: toTimestamp(row.created_at),
    state: row.state,
    attempts: row.attempts,
  };
}
