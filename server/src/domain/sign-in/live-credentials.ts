import type { Workspace } from '../workspace.ts';

/** Ids asked about in one statement; SQLite takes at most 32,766 parameters. */
const BATCH = 1_000;

/**
 * Which of these sessions and API tokens still sign somebody in: not ended, not expired, not revoked,
 * and of a person who is not shut out. One statement a thousand.
 */
export async function liveCredentials(
  { db, clock }: Pick<Workspace, 'db' | 'clock'>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const live = new Set<string>();
  for (let from = 0; from < ids.length; from += BATCH) {
    const batch = ids.slice(from, from + BATCH);
    const rows = await db
      .selectFrom('sessions')
      .innerJoin('people', 'people.id', 'sessions.person_id')
      .select('sessions.id')
      .where('sessions.id', 'in', batch)
      .where('sessions.expires_at', '>', clock.now())
      .where('people.state', '=', 'active')
      .unionAll(
        db
          .selectFrom('api_tokens')
          .innerJoin('people', 'people.id', 'api_tokens.person_id')
          .select('api_tokens.id')
          .where('api_tokens.id', 'in', batch)
          .where('people.state', '=', 'active'),
      )
      .execute();
    for (const { id } of rows) live.add(id);
  }
  return live;
}
