import type { PersonRow } from '../people/people.ts';
import { newId } from '../secrets.ts';
import type { Trx, Workspace } from '../workspace.ts';
import { writeLetter, type LetterContent } from './letters.ts';

/** A mail that was put into the outbox in a transaction; its text is written after the commit. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
}

/**
 * Puts a mail into the outbox, in the caller's transaction. Afterwards the caller hands what this
 * answers to `postMails`.
 */
export async function queueMail(
  trx: Trx,
  mail: {
    readonly to: Pick<PersonRow, 'id' | 'email' | 'language'>;
    readonly content: LetterContent;
    readonly linkId?: string;
    readonly now: number;
    readonly sendsMail: boolean;
  },
): Promise<Outgoing> {
  const letter = writeLetter(mail.content, mail.to.language);
  const id = newId();
  await trx
    .insertInto('mails')
    .values({
      id,
      recipient: mail.to.email,
      person_id: mail.to.id,
      subject: letter.subject,
      link_id: mail.linkId ?? null,
      state: mail.sendsMail ? 'waiting' : 'kept',
      attempts: 0,
      next_attempt_at: mail.now,
      created_at: mail.now,
    })
    .execute();
  return { id, text: letter.text };
}

/**
 * Writes the texts of queued mails into the mail folder, once their transaction has committed, and
 * wakes the outbox. A text that could not be written because the process ended in between is lost
 * with its link; the person asks again.
 */
export async function postMails(ws: Workspace, mails: readonly Outgoing[]): Promise<void> {
  for (const mail of mails) await ws.mailFolder.write(mail.id, mail.text);
  if (mails.length > 0 && ws.sendsMail) ws.news.publish({ type: 'mail-waiting' });
}
