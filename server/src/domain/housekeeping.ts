import { noteRightsChanged } from './activities/members.ts';
import { DAY_MS } from './moments.ts';
import type { Workspace } from './workspace.ts';

/** Mails and links that nobody needs any more are forgotten after this. */
const FORGET_AFTER_MS = 30 * DAY_MS;

/** Rows removed in one statement, so that a long list does not hold up the writer. */
const BATCH = 500;

/**
 * Ends the access of reviewers whose invitation ended since `since`: open connections are asked
 * about anew, as after any change of rights. Resolves to the moment to go on from.
 */
export async function endReviews(ws: Workspace, since: number): Promise<number> {
  const now = ws.clock.now();
  const ended = await ws.db
    .selectFrom('memberships')
    .select(['activity_id', 'person_id'])
    .where('until', '>', since)
    .where('until', '<=', now)
    .execute();
  for (const { activity_id: activityId, person_id: personId } of ended) {
    const chapterIds = await ws.db
      .transaction()
      .execute((trx) => noteRightsChanged(trx, activityId));
    ws.news.publish({ type: 'rights', chapterIds });
    ws.news.publish({ type: 'membership', activityId, personId });
    ws.news.publish({ type: 'activities', personIds: [personId] });
  }
  return now;
}

/** Removes what has expired: sessions, tickets, and old mails and links with their texts. */
export async function removeExpired(ws: Workspace): Promise<void> {
  const now = ws.clock.now();
  const { db } = ws;
  await db
    .deleteFrom('tickets')
    .where((eb) =>
      eb.or([
        eb('expires_at', '<=', now),
        eb.and([eb('redeemed_at', 'is', null), eb('redeem_by', '<', now)]),
      ]),
    )
    .execute();
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  const mails = await db
    .selectFrom('mails')
    .select('id')
    .where('created_at', '<', now - FORGET_AFTER_MS)
    .where('state', '!=', 'waiting')
    .limit(BATCH)
    .execute();
  for (const { id } of mails) {
    await ws.mailFolder.remove(id);
    await db.deleteFrom('mails').where('id', '=', id).execute();
  }
  await db
    .deleteFrom('links')
    .where('expires_at', '<', now - FORGET_AFTER_MS)
    .execute();
}
