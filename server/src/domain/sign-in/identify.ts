import type { Identity } from '@plenary/protocol';
import { hashSecret } from '../secrets.ts';
import { shareLookups } from '../sharing.ts';
import type { Queries, Workspace } from '../workspace.ts';
import { SEEN_EVERY_MS, SESSION_IDLE_MS } from './sessions.ts';

/** A signed-in person and what they signed in with. */
export interface SignedIn extends Identity {
  readonly isAdministrator: boolean;
  /** Id of the session or of the API token: what `sessions-ended` names. */
  readonly credential: { readonly kind: 'session' | 'token'; readonly id: string };
}

/** What a request carries to say who it is. */
export interface Credentials {
  readonly kind: 'session' | 'token';
  readonly secret: string;
}

/** Who credentials belong to; null when they are unknown, over, or the person is shut out. */
export type Identify = (credentials: Credentials) => Promise<SignedIn | null>;

/**
 * Identifies people by session or token. Lookups of the same secret are shared (`shareLookups`), and
 * that a credential was used is written down once in ten minutes, however many requests come.
 */
export function createIdentify(ws: Workspace): Identify {
  const marked = new Set<string>();
  const lookUp = {
    session: shareLookups((hash) => lookUpCredential(ws, 'session', hash)),
    token: shareLookups((hash) => lookUpCredential(ws, 'token', hash)),
  };
  return async ({ kind, secret }) => {
    const found = await lookUp[kind](hashSecret(secret));
    if (found === null) return null;
    const { id } = found.person.credential;
    if (found.isSeenLongAgo && !marked.has(id)) {
      marked.add(id);
      await markSeen(ws, found.person).finally(() => marked.delete(id));
    }
    return found.person;
  };
}

async function lookUpCredential(
  ws: Workspace,
  kind: Credentials['kind'],
  hash: string,
): Promise<{ readonly person: SignedIn; readonly isSeenLongAgo: boolean } | null> {
  const now = ws.clock.now();
  const row =
    kind === 'session' ? await findSession(ws.db, hash, now) : await findToken(ws.db, hash);
  if (row === undefined) return null;
  const person: SignedIn = {
    personId: row.person_id,
    name: row.name,
    color: row.color,
    via: row.via,
    isAdministrator: row.is_administrator === 1,
    credential: { kind, id: row.id },
  };
  return { person, isSeenLongAgo: row.seen_at === null || row.seen_at <= now - SEEN_EVERY_MS };
}

function findSession(db: Queries, hash: string, now: number) {
  return db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .select([
      'sessions.id',
      'sessions.person_id',
      'sessions.via',
      'sessions.last_seen_at as seen_at',
    ])
    .select(['people.name', 'people.color', 'people.is_administrator'])
    .where('sessions.secret_hash', '=', hash)
    .where('sessions.expires_at', '>', now)
    .where('people.state', '=', 'active')
    .executeTakeFirst();
}

function findToken(db: Queries, hash: string) {
  return db
    .selectFrom('api_tokens')
    .innerJoin('people', 'people.id', 'api_tokens.person_id')
    .select(['api_tokens.id', 'api_tokens.person_id', 'api_tokens.via'])
    .select('api_tokens.last_used_at as seen_at')
    .select(['people.name', 'people.color', 'people.is_administrator'])
    .where('api_tokens.secret_hash', '=', hash)
    .where('people.state', '=', 'active')
    .executeTakeFirst();
}

async function markSeen({ db, clock }: Workspace, person: SignedIn): Promise<void> {
  const now = clock.now();
  const { kind, id } = person.credential;
  if (kind === 'session') {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: now, expires_at: now + SESSION_IDLE_MS })
      .where('id', '=', id)
      .execute();
  } else {
    await db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', id).execute();
  }
  await db
    .updateTable('people')
    .set({ last_seen_at: now })
    .where('id', '=', person.personId)
    .execute();
}
