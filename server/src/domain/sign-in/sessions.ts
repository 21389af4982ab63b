import type { Identity, Language, Session, SessionEntry, SignIn } from '@plenary/protocol';
import { DAY_MS, MINUTE_MS, toTimestamp } from '../moments.ts';
import { findPersonByEmail, toPerson, type PersonRow } from '../people/people.ts';
import { done, refuse, type Result } from '../result.ts';
import { drawSecret, newId } from '../secrets.ts';
import type { Trx, Workspace } from '../workspace.ts';
import { verifyPassword } from './passwords.ts';

/** A session ends this long after it was last used. */
export const SESSION_IDLE_MS = 30 * DAY_MS;

/** How exact `lastSeenAt` is: a write for every request would cost more than it tells. */
export const SEEN_EVERY_MS = 10 * MINUTE_MS;

/** Longest description of a browser that is kept. */
const DEVICE_MAX_LENGTH = 200;

/** A session that has just begun, with the secret its cookie carries. */
export interface NewSession {
  readonly secret: string;
  readonly expiresAt: number;
  readonly session: Session;
}

/**
 * Begins a session for a person, in the caller's transaction. The language of the page becomes the
 * person's own with their first session: later they have chosen, or could have.
 */
export async function beginSession(
  trx: Trx,
  start: {
    readonly person: PersonRow;
    readonly via: Identity['via'];
    readonly device: string;
    readonly language: Language | undefined;
    readonly sendsMail: boolean;
    readonly now: number;
  },
): Promise<NewSession> {
  const { via, now, sendsMail } = start;
  const { last_seen_at: seenAt, language: own } = start.person;
  const language = seenAt === null ? (start.language ?? own) : own;
  const person = { ...start.person, language };
  const { secret, hash } = drawSecret();
  const id = newId();
  const expiresAt = now + SESSION_IDLE_MS;
  await trx
    .insertInto('sessions')
    .values({
      id,
      person_id: person.id,
      secret_hash: hash,
      via,
      device: start.device.slice(0, DEVICE_MAX_LENGTH),
      created_at: now,
      last_seen_at: now,
      expires_at: expiresAt,
    })
    .execute();
  await trx
    .updateTable('people')
    .set({ last_seen_at: now, language })
    .where('id', '=', person.id)
    .execute();
  return {
    secret,
    expiresAt,
    session: { id, person: toPerson(person), via, expiresAt: toTimestamp(expiresAt), sendsMail },
  };
}

/**
 * Signs in with address and password. An unknown address, a wrong password and a person who is shut
 * out answer the same, after the same work.
 */
export async function signIn(
  ws: Workspace,
  input: SignIn & { readonly device: string },
): Promise<Result<NewSession>> {
  const person = await findPersonByEmail(ws.db, input.email);
  const matches = await verifyPassword(person?.password_hash ?? null, input.password);
  if (person === undefined || !matches || person.state !== 'active') {
    return refuse('wrong_credentials');
  }
  const { device, language } = input;
  const { sendsMail } = ws;
  const now = ws.clock.now();
  const start = { person, via: 'password', device, language, sendsMail, now } as const;
  return done(await ws.db.transaction().execute((trx) => beginSession(trx, start)));
}

/** Ends one session of a person, with its tickets and its open connections. */
export async function endSession(
  ws: Workspace,
  personId: string,
  sessionId: string,
): Promise<Result<null>> {
  const { numDeletedRows } = await ws.db
    .deleteFrom('sessions')
    .where('id', '=', sessionId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return refuse('not_found');
  ws.news.publish({ type: 'sessions-ended', personId, sessionIds: [sessionId] });
  return done(null);
}

/** Ends every session of a person but `except`. API tokens stay: they are revoked one by one. */
export async function endSessions(ws: Workspace, personId: string, except?: string): Promise<void> {
  const ended = await ws.db.transaction().execute((trx) => deleteSessions(trx, personId, except));
  ws.news.publish({ type: 'sessions-ended', personId, sessionIds: ended });
}

/** Deletes a person's sessions but `except` and resolves to their ids, to be published as ended. */
export async function deleteSessions(
  trx: Trx,
  personId: string,
  except?: string,
): Promise<readonly string[]> {
  const rows = await trx
    .deleteFrom('sessions')
    .where('person_id', '=', personId)
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** A person's live sessions, the latest used first. */
export async function listSessions(
  { db, clock }: Workspace,
  personId: string,
  currentId: string | null,
): Promise<SessionEntry[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('person_id', '=', personId)
    .where('expires_at', '>', clock.now())
    .orderBy('last_seen_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    via: row.via,
    createdAt: toTimestamp(row.created_at),
    lastSeenAt: toTimestamp(row.last_seen_at),
    expiresAt: toTimestamp(row.expires_at),
    device: row.device,
    isCurrent: row.id === currentId,
  }));
}
