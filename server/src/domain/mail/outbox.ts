import { DAY_MS, HOUR_MS, MINUTE_MS } from '../moments.ts';
import type { MailTransport } from '../ports.ts';
import type { Workspace } from '../workspace.ts';

/** Waits between attempts; after the last the mail has failed and stays for an administrator. */
const RETRY_AFTER_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
] as const;

/** Mails sent in one round, so that a long queue does not hold up closing. */
const ROUND_SIZE = 50;

/** What a round did. */
export interface OutboxRound {
  readonly sent: number;
  /** Attempts that failed, with what the mail server said. */
  readonly failures: readonly { readonly mailId: string; readonly cause: unknown }[];
}

/**
 * Sends the mails that are due. A mail that fails is tried again later, at growing distances; one
 * bad address does not hold up the others. A sent mail's text is removed: it may hold a link.
 */
export async function sendDueMails(ws: Workspace, transport: MailTransport): Promise<OutboxRound> {
  const due = await ws.db
    .selectFrom('mails')
    .select(['id', 'recipient', 'subject', 'attempts', 'created_at'])
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '<=', ws.clock.now())
    .orderBy('created_at')
    .limit(ROUND_SIZE)
    .execute();
  const failures: { mailId: string; cause: unknown }[] = [];
  for (const mail of due) {
    try {
      const text = await ws.mailFolder.read(mail.id);
      if (text === null) throw new Error('the text of the mail is gone');
      await transport.send({ to: mail.recipient, subject: mail.subject, text });
      await settle(ws, mail.id, { state: 'sent', attempts: mail.attempts + 1 });
      await ws.mailFolder.remove(mail.id);
    } catch (cause) {
      failures.push({ mailId: mail.id, cause });
      const wait = RETRY_AFTER_MS[mail.attempts];
      await settle(ws, mail.id, {
        state: wait === undefined ? 'failed' : 'waiting',
        attempts: mail.attempts + 1,
        next_attempt_at: ws.clock.now() + (wait ?? 0),
      });
    }
  }
  return { sent: due.length - failures.length, failures };
}

async function settle(
  { db }: Workspace,
  id: string,
  change: { state: 'sent' | 'waiting' | 'failed'; attempts: number; next_attempt_at?: number },
): Promise<void> {
  await db.updateTable('mails').set(change).where('id', '=', id).execute();
}
