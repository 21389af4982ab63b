import type {
  Activity,
  ActivityDetails,
  ActivityPatch,
  NewActivity,
  Role,
} from '@plenary/protocol';
import type { Selectable } from 'kysely';
import type { ActivitiesTable } from '../../adapters/sql/workspace-tables.ts';
import type { Situation } from '../access/standing.ts';
import { toDocumentSummary, type DocumentRow } from '../documents/documents.ts';
import { toTimestamp } from '../moments.ts';
import { can, type Act } from '../policy.ts';
import { done, refuse, type Result } from '../result.ts';
import { newId } from '../secrets.ts';
import type { Workspace } from '../workspace.ts';
import { listMembers } from './members.ts';

type ActivityRow = Selectable<ActivitiesTable>;

/** Creates an activity; whoever creates it is its chair. */
export async function createActivity(
  ws: Workspace,
  personId: string,
  input: NewActivity,
): Promise<Activity> {
  const now = ws.clock.now();
  const row: ActivityRow = {
    id: newId(),
    title: input.title.trim(),
    type: input.type ?? null,
    reference: input.reference?.trim() ?? null,
    created_at: now,
    created_by: personId,
  };
  await ws.db.transaction().execute(async (trx) => {
    await trx.insertInto('activities').values(row).execute();
    await trx
      .insertInto('memberships')
      .values({
        activity_id: row.id,
        person_id: personId,
        role: 'chair',
        until: null,
        created_at: now,
        created_by: personId,
      })
      .execute();
  });
  ws.news.publish({ type: 'activities', personIds: [personId] });
  return toActivity(row, 'chair');
}

/** The activities a person is in, the newest first; a reviewer's until the invitation ends. */
export async function listActivities(
  { db, clock }: Workspace,
  personId: string,
): Promise<Activity[]> {
  const rows = await db
    .selectFrom('memberships')
    .innerJoin('activities', 'activities.id', 'memberships.activity_id')
    .selectAll('activities')
    .select('memberships.role')
    .where('memberships.person_id', '=', personId)
    .where((eb) =>
      eb.or([eb('memberships.until', 'is', null), eb('memberships.until', '>', clock.now())]),
    )
    .orderBy('activities.created_at', 'desc')
    .orderBy('activities.id', 'desc')
    .execute();
  return rows.map((row) => toActivity(row, row.role));
}

/** An activity with its people and those of its documents that the person may know of. */
export async function getActivity(
  { db }: Workspace,
  situation: Situation,
): Promise<Result<ActivityDetails>> {
  const { activityId, subject } = situation;
  if (subject.standing === null) return refuse('not_found');
  const row = await db
    .selectFrom('activities')
    .selectAll()
    .where('id', '=', activityId)
    .executeTakeFirst();
  if (row === undefined) return refuse('not_found');
  const documents = await db
    .selectFrom('documents')
    .selectAll()
    .where('activity_id', '=', activityId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const whichMay = (act: Act) =>
    documents
      .filter((document) => can(subject, act, toThing(document)) === 'allowed')
      .map(toDocumentSummary);
  return done({
    ...toActivity(row, subject.standing.role),
    members: await listMembers(db, activityId, subject.standing.role),
    documents: whichMay('document.read'),
    deletedDocuments: whichMay('document.restore'),
  });
}

/** Gives an activity another title. */
export async function updateActivity(
  ws: Workspace,
  situation: Situation,
  patch: ActivityPatch,
): Promise<Result<ActivityDetails>> {
  const { activityId } = situation;
  if (patch.title !== undefined) {
    const personIds = await ws.db.transaction().execute(async (trx) => {
      await trx
        .updateTable('activities')
        .set({ title: patch.title?.trim() ?? '' })
        .where('id', '=', activityId)
        .execute();
      const rows = await trx
        .selectFrom('memberships')
        .select('person_id')
        .where('activity_id', '=', activityId)
        .execute();
      return rows.map((row) => row.person_id);
    });
    ws.news.publish({ type: 'activities', personIds });
    ws.news.publish({ type: 'activity', activityId });
  }
  return getActivity(ws, situation);
}

function toThing(document: DocumentRow) {
  const { id: documentId, deleted_at: deletedAt } = document;
  return { kind: 'document', documentId, isDeleted: deletedAt !== null } as const;
}

function toActivity(row: ActivityRow, role: Role): Activity {
  return {
    id: row.id,
    title: row.title,
    type: row.type,
    reference: row.reference,
    createdAt: toTimestamp(row.created_at),
    role,
  };
}
