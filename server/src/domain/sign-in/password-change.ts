import type { PasswordChange } from '@plenary/protocol';
import { record } from '../audit.ts';
import { postMails, queueMail } from '../mail/outgoing.ts';
import { findPerson, findPersonByEmail } from '../people/people.ts';
import { done, refuse, type Result } from '../result.ts';
import type { Workspace } from '../workspace.ts';
import type { SignedIn } from './identify.ts';
import { issueLink, voidLinks } from './links.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { deleteSessions } from './sessions.ts';

/**
 * Changes one's own password, ends all other sessions and voids the links that wait. The current one
 * is asked for if there is one.
 */
export async function changePassword(
  ws: Workspace,
  person: SignedIn,
  input: PasswordChange,
): Promise<Result<null>> {
  const row = await findPerson(ws.db, person.personId);
  if (row === undefined) return refuse('unauthenticated');
  if (row.password_hash !== null) {
    const matches = await verifyPassword(row.password_hash, input.current ?? '');
    if (!matches) return refuse('wrong_credentials', { at: '/current' });
  }
  const passwordHash = await hashPassword(input.next);
  const ended = await ws.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('people')
      .set({ password_hash: passwordHash })
      .where('id', '=', row.id)
      .execute();
    const now = ws.clock.now();
    await voidLinks(trx, row.id, now);
    await record(trx, {
      kind: 'password.changed',
      at: now,
      actorId: row.id,
      subjectId: row.id,
      detail: { by: 'account', via: person.via },
    });
    return deleteSessions(trx, row.id, person.credential.id);
  });
  ws.news.publish({ type: 'sessions-ended', personId: row.id, sessionIds: ended });
  return done(null);
}

/**
 * Sends a reset link to an address, if an active person has it; else nothing happens. The caller has
 * answered before this runs, so that neither answer nor time tells which.
 */
export async function requestPasswordReset(ws: Workspace, email: string): Promise<void> {
  const person = await findPersonByEmail(ws.db, email);
  if (person === undefined || person.state !== 'active') return;
  const { publicUrl, sendsMail, clock } = ws;
  const now = clock.now();
  const mail = await ws.db.transaction().execute(async (trx) => {
    const link = await issueLink(trx, {
      kind: 'password-reset',
      personId: person.id,
      via: 'link',
      now,
      publicUrl,
    });
    const content = { kind: 'password-reset', url: link.url } as const;
    return queueMail(trx, { to: person, content, linkId: link.id, now, sendsMail });
  });
  await postMails(ws, [mail]);
}
