import type { Session } from '@plenary/protocol';
import { toTimestamp } from '../moments.ts';
import { findPerson, toPerson } from '../people/people.ts';
import { done, refuse, type Result } from '../result.ts';
import type { Workspace } from '../workspace.ts';
import type { SignedIn } from './identify.ts';

/** The session (or token) a request was signed in with, as its owner sees it. */
export async function currentSession(
  { db, sendsMail }: Workspace,
  signedIn: SignedIn,
): Promise<Result<Session>> {
  const { credential, personId, via } = signedIn;
  const person = await findPerson(db, personId);
  if (person === undefined) return refuse('unauthenticated');
  const row =
    credential.kind === 'token'
      ? undefined
      : await db
          .selectFrom('sessions')
          .select('expires_at')
          .where('id', '=', credential.id)
          .executeTakeFirst();
  return done({
    id: credential.id,
    person: toPerson(person),
    via,
    expiresAt: row === undefined ? null : toTimestamp(row.expires_at),
    sendsMail,
  });
}
