import type { Member, Role } from '@plenary/protocol';
import { appendRightsRows } from '../../adapters/sql/rooms.ts';
import { toTimestampOrNull } from '../moments.ts';
import type { Queries, Trx } from '../workspace.ts';

/** The people of an activity, chairs first. Those who only read do not see addresses. */
export async function listMembers(
  db: Queries,
  activityId: string,
  askerRole: Role,
): Promise<Member[]> {
  const rows = await db
    .selectFrom('memberships')
    .innerJoin('people', 'people.id', 'memberships.person_id')
    .select(['memberships.role', 'memberships.until', 'people.id', 'people.name'])
    .select(['people.color', 'people.email', 'people.state'])
    .where('memberships.activity_id', '=', activityId)
    .where('people.state', '!=', 'disabled')
    .orderBy('memberships.created_at')
    .orderBy('people.id')
    .execute();
  const reviews = await db
    .selectFrom('review_documents')
    .select(['person_id', 'document_id'])
    .where('activity_id', '=', activityId)
    .execute();
  const seesAddresses = askerRole === 'chair' || askerRole === 'member';
  // Which documents others review would tell of documents an asker may not know of.
  const seesReviews = askerRole !== 'reviewer';
  return rows.map((row) => ({
    personId: row.id,
    name: row.name,
    color: row.color,
    email: seesAddresses ? row.email : null,
    role: row.role,
    documents: seesReviews
      ? reviews.filter((review) => review.person_id === row.id).map((review) => review.document_id)
      : [],
    until: toTimestampOrNull(row.until),
    state: row.state === 'invited' ? 'invited' : 'active',
  }));
}

/** One member as a chair sees them; undefined when the person is not in the activity. */
export async function findMember(
  db: Queries,
  activityId: string,
  personId: string,
): Promise<Member | undefined> {
  const members = await listMembers(db, activityId, 'chair');
  return members.find((member) => member.personId === personId);
}

/** How many chairs an activity has besides this person. */
export async function countOtherChairs(
  db: Queries,
  activityId: string,
  personId: string,
): Promise<number> {
  const { count } = await db
    .selectFrom('memberships')
    .innerJoin('people', 'people.id', 'memberships.person_id')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('memberships.activity_id', '=', activityId)
    .where('memberships.role', '=', 'chair')
    .where('memberships.person_id', '!=', personId)
    .where('people.state', '!=', 'disabled')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Notes in the logs of all live chapters of an activity that somebody's rights changed, so that open
 * connections are asked about again (relay rule R6). Resolves to the chapters, to be published.
 */
export async function noteRightsChanged(trx: Trx, activityId: string): Promise<string[]> {
  const chapters = await trx
    .selectFrom('chapters')
    .innerJoin('documents', 'documents.id', 'chapters.document_id')
    .select('chapters.id')
    .where('documents.activity_id', '=', activityId)
    .where('documents.deleted_at', 'is', null)
    .where('chapters.deleted_at', 'is', null)
    .execute();
  const chapterIds = chapters.map((chapter) => chapter.id);
  await appendRightsRows(trx, chapterIds);
  return chapterIds;
}
