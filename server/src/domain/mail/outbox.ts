import type { MailsTable } from '../../adapters/sql/workspace-tables.ts';
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

/**
 * How long a mail is one node's while it sends it: longer than a mail server may take to answer. If
 * the node ends meanwhile, another one sends the mail after that, perhaps a second time.
 */
const CLAIM_MS = 5 * MINUTE_MS;

/** A mail is in the outbox a moment before its text is: it is looked at again after this. */
const TEXT_WAIT_MS = 5_000;

/** What a round did. */
export interface OutboxRound {
  readonly sent: number;
  /** Attempts that failed, with what the mail server said. */
  readonly failures: readonly { readonly mailId: string; readonly cause: unknown }[];
}

/**
 * Sends the mails that are due, each on one of the nodes that look at the same time. A mail that fails
 * is tried again later, at growing distances; one bad address does not hold up the others. A sent
 * mail's text is removed: it may hold a link.
 */
export async function sendDueMails(ws: Workspace, transport: MailTransport): Promise<OutboxRound> {
  const due = await ws.db
    .selectFrom('mails')
    .select(['id', 'recipient', 'subject', 'attempts', 'created_at', 'next_attempt_at'])
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '<=', ws.clock.now())
    .orderBy('created_at')
    .limit(ROUND_SIZE)
    .execute();
  let sent = 0;
  const failures: { mailId: string; cause: unknown }[] = [];
  for (const mail of due) {
    if (!(await claim(ws, mail))) continue;
    try {
      if (await send(ws, transport, mail)) sent += 1;
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
  return { sent, failures };
}

type DueMail = Pick<
  MailsTable,
  'id' | 'recipient' | 'subject' | 'attempts' | 'created_at' | 'next_attempt_at'
>;

/** Makes a mail this node's for a while; false when another one was first. */
async function claim({ db, clock }: Workspace, mail: DueMail): Promise<boolean> {
  const result = await db
    .updateTable('mails')
    .set({ next_attempt_at: clock.now() + CLAIM_MS })
    .where('id', '=', mail.id)
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '=', mail.next_attempt_at)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False, and due again soon, when the text is still being written. */
async function send(ws: Workspace, transport: MailTransport, mail: DueMail): Promise<boolean> {
  const text = await ws.mailFolder.read(mail.id);
  if (text === null) {
    const now = ws.clock.now();
    if (now - mail.created_at > MINUTE_MS) throw new Error('the text of the mail is gone');
    const { attempts } = mail;
    await settle(ws, mail.id, { state: 'waiting', attempts, next_attempt_at: now + TEXT_WAIT_MS });
    return false;
  }
  await transport.send({ to: mail.recipient, subject: mail.subject, text });
  await settle(ws, mail.id, { state: 'sent', attempts: mail.attempts + 1 });
  await ws.mailFolder.remove(mail.id);
  return true;
}

async function settle(
  { db }: Workspace,
  id: string,
  change: { state: 'sent' | 'waiting' | 'failed'; attempts: number; next_attempt_at?: number },
): Promise<void> {
  await db.updateTable('mails').set(change).where('id', '=', id).execute();
}
