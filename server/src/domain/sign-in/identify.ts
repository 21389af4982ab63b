import type { Identity } from '@plenary/protocol';
import { hashSecret } from '../secrets.ts';
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

/** Who the credentials belong to; null when they are unknown, over, or the person is shut out. */
export async function identify(ws: Workspace, credentials: Credentials): Promise<SignedIn | null> {
  const hash = hashSecret(credentials.secret);
  const now = ws.clock.now();
  const row =
    credentials.kind === 'session'
      ? await findSession(ws.db, hash, now)
      : await findToken(ws.db, hash);
  if (row === undefined) return null;
  if (row.seen_at === null || row.seen_at <= now - SEEN_EVERY_MS) {
    await markSeen(ws, credentials.kind, row);
  }
  return {
    personId: row.person_id,
    name: row.name,
    color: row.color,
    via: row.via,
    isAdministrator: row.is_administrator === 1,
    credential: { kind: credentials.kind, id: row.id },
  };
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

async function markSeen(
  { db, clock }: Workspace,
  kind: Credentials['kind'],
  row: { readonly id: string; readonly person_id: string },
): Promise<void> {
  const now = clock.now();
  if (kind === 'session') {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: now, expires_at: now + SESSION_IDLE_MS })
      .where('id', '=', row.id)
      .execute();
  } else {
    await db
      .updateTable('api_tokens')
      .set({ last_used_at: now })
      .where('id', '=', row.id)
      .execute();
  }
  await db
    .updateTable('people')
    .set({ last_seen_at: now })
    .where('id', '=', row.person_id)
    .execute();
}
