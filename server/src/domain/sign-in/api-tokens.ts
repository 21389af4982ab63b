import type { ApiToken, Identity, IssuedApiToken } from '@plenary/protocol';
import type { Selectable } from 'kysely';
import type { ApiTokensTable } from '../../adapters/sql/workspace-tables.ts';
import { toTimestamp, toTimestampOrNull } from '../moments.ts';
import { done, refuse, type Result } from '../result.ts';
import { drawSecret, newId } from '../secrets.ts';
import type { Trx, Workspace } from '../workspace.ts';

/** Most tokens one person may hold: more are not looked after. */
const TOKENS_MAX = 50;

/** Makes a token for a person, in the caller's transaction. The secret is told this once. */
export async function issueToken(
  trx: Trx,
  token: {
    readonly personId: string;
    readonly label: string;
    readonly via: Identity['via'];
    readonly now: number;
  },
): Promise<IssuedApiToken> {
  const { secret, hash } = drawSecret();
  const row = {
    id: newId(),
    person_id: token.personId,
    secret_hash: hash,
    via: token.via,
    label: token.label.trim(),
    created_at: token.now,
    last_used_at: null,
  };
  await trx.insertInto('api_tokens').values(row).execute();
  return { ...toApiToken(row), token: secret };
}

/** A person makes a token for themselves; through a session of the operator's it is marked as such. */
export function createToken(
  ws: Workspace,
  owner: { readonly personId: string; readonly via: Identity['via'] },
  label: string,
): Promise<Result<IssuedApiToken>> {
  return ws.db.transaction().execute(async (trx) => {
    const { count } = await trx
      .selectFrom('api_tokens')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .where('person_id', '=', owner.personId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= TOKENS_MAX) {
      return refuse('invalid_input', { detail: `A person may have ${TOKENS_MAX} tokens.` });
    }
    const via = owner.via === 'operator' ? 'operator' : 'token';
    const token = { personId: owner.personId, label, via, now: ws.clock.now() } as const;
    return done(await issueToken(trx, token));
  });
}

/** A person's tokens, the newest first, without their secrets. */
export async function listTokens({ db }: Workspace, personId: string): Promise<ApiToken[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(toApiToken);
}

/** Revokes a token, with its tickets and its open connections. */
export async function revokeToken(
  ws: Workspace,
  personId: string,
  tokenId: string,
): Promise<Result<null>> {
  const { numDeletedRows } = await ws.db
    .deleteFrom('api_tokens')
    .where('id', '=', tokenId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return refuse('not_found');
  ws.news.publish({ type: 'sessions-ended', personId, sessionIds: [tokenId] });
  return done(null);
}

function toApiToken(row: Selectable<ApiTokensTable>): ApiToken {
  return {
    id: row.id,
    label: row.label,
    via: row.via,
    createdAt: toTimestamp(row.created_at),
    lastUsedAt: toTimestampOrNull(row.last_used_at),
  };
}
