import type { MemberPut, Role } from '@plenary/protocol';
import { refuse, type Refusal } from '../result.ts';
import type { Trx } from '../workspace.ts';

/** The refusal when a reviewer's documents are not all live ones of the activity; else null. */
export async function wrongDocuments(
  trx: Trx,
  activityId: string,
  input: MemberPut,
): Promise<Refusal | null> {
  if (input.role !== 'reviewer') return null;
  const named = input.documents ?? [];
  const found = await trx
    .selectFrom('documents')
    .select('id')
    .where('activity_id', '=', activityId)
    .where('deleted_at', 'is', null)
    .where('id', 'in', named)
    .execute();
  if (found.length === named.length) return null;
  const detail = 'One of the documents is not in this activity.';
  return refuse('invalid_input', { at: '/documents', detail });
}

/** The role a person has in an activity; undefined when they are not in it. */
export async function roleOf(
  trx: Trx,
  activityId: string,
  personId: string,
): Promise<Role | undefined> {
  const row = await trx
    .selectFrom('memberships')
    .select('role')
    .where('activity_id', '=', activityId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row?.role;
}

/** Writes a membership, new or changed, with the documents of a reviewer. */
export async function writeMembership(
  trx: Trx,
  place: {
    readonly activityId: string;
    readonly personId: string;
    readonly by: string;
    readonly until: number | null;
    readonly now: number;
  },
  { role, documents }: MemberPut,
): Promise<void> {
  const { activityId, personId, until } = place;
  await trx
    .insertInto('memberships')
    .values({
      activity_id: activityId,
      person_id: personId,
      role,
      until,
      created_at: place.now,
      created_by: place.by,
    })
    .onConflict((conflict) =>
      conflict.columns(['activity_id', 'person_id']).doUpdateSet({ role, until }),
    )
    .execute();
  await trx
    .deleteFrom('review_documents')
    .where('activity_id', '=', activityId)
    .where('person_id', '=', personId)
    .execute();
  if (role !== 'reviewer' || documents === undefined) return;
  await trx
    .insertInto('review_documents')
    .values(
      documents.map((documentId) => ({
        activity_id: activityId,
        person_id: personId,
        document_id: documentId,
      })),
    )
    .execute();
}
