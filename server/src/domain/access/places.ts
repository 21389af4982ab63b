import type { Workspace } from '../workspace.ts';

/** People asked about in one statement. */
const BATCH = 500;

/**
 * What each of these people may do where, as a text that is the same as long as nothing changed:
 * memberships with role and end, and the documents a reviewer was invited to. Whoever has no place at
 * all is missing.
 */
export async function placesOf(
  { db }: Pick<Workspace, 'db'>,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  for (let from = 0; from < personIds.length; from += BATCH) {
    const rows = await db
      .selectFrom('memberships')
      .leftJoin('review_documents', (join) =>
        join
          .onRef('review_documents.activity_id', '=', 'memberships.activity_id')
          .onRef('review_documents.person_id', '=', 'memberships.person_id'),
      )
      .select(['memberships.person_id', 'memberships.activity_id', 'memberships.role'])
      .select(['memberships.until', 'review_documents.document_id'])
      .where('memberships.person_id', 'in', personIds.slice(from, from + BATCH))
      .orderBy('memberships.person_id')
      .orderBy('memberships.activity_id')
      .orderBy('review_documents.document_id')
      .execute();
    for (const row of rows) {
      const { person_id: personId, activity_id: activityId, role, until, document_id: doc } = row;
      const place = `${activityId} ${role} ${until ?? ''} ${doc ?? ''}`;
      places.set(personId, `${places.get(personId) ?? ''}${place}\n`);
    }
  }
  return places;
}
