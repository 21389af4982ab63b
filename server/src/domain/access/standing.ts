import type { ExpressionBuilder } from 'kysely';
import type { Database } from '../../adapters/sql/schema.ts';
import type { Subject, Thing } from '../policy.ts';
import type { Queries } from '../workspace.ts';

/** What a request names: by the kind of thing and its id. A file stands for its document. */
export interface ThingRef {
  readonly kind: 'activity' | 'document' | 'chapter' | 'file';
  readonly id: string;
}

/** A thing with the asking person's place around it: everything the policy needs, in one query. */
export interface Situation {
  readonly subject: Subject;
  readonly thing: Thing;
  readonly activityId: string;
  /** Null for an activity. */
  readonly documentId: string | null;
}

interface StandingRow {
  readonly activity_id: string;
  readonly role: 'chair' | 'member' | 'reviewer' | 'observer' | null;
  readonly until: number | null;
  readonly reviewed: string | null;
}

/** Loads the situation of `personId` towards a thing; null when the thing does not exist. */
export function situationOf(
  db: Queries,
  personId: string,
  ref: ThingRef,
  now: number,
): Promise<Situation | null> {
  if (ref.kind === 'activity') return activitySituation(db, personId, ref.id, now);
  if (ref.kind === 'chapter') return chapterSituation(db, personId, ref.id, now);
  return documentSituation(db, personId, ref, now);
}

async function activitySituation(
  db: Queries,
  personId: string,
  id: string,
  now: number,
): Promise<Situation | null> {
  const row = await db
    .selectFrom('activities')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.activity_id', '=', 'activities.id')
        .on('memberships.person_id', '=', personId),
    )
    .select(['activities.id as activity_id', 'memberships.role', 'memberships.until'])
    .where('activities.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const reviewed =
    row.role === 'reviewer'
      ? await db
          .selectFrom('review_documents')
          .select('document_id')
          .where('activity_id', '=', id)
          .where('person_id', '=', personId)
          .execute()
      : [];
  const documents = new Set(reviewed.map((entry) => entry.document_id));
  const standing = row.role === null ? null : { role: row.role, until: row.until, documents };
  return {
    subject: { standing, now },
    thing: { kind: 'activity' },
    activityId: row.activity_id,
    documentId: null,
  };
}

async function documentSituation(
  db: Queries,
  personId: string,
  ref: ThingRef,
  now: number,
): Promise<Situation | null> {
  const row = await withStanding(db, personId)
    .select(['documents.id as document_id', 'documents.deleted_at'])
    .$if(ref.kind === 'document', (query) => query.where('documents.id', '=', ref.id))
    .$if(ref.kind === 'file', (query) =>
      query.where((eb) => eb('documents.id', '=', documentOfFile(eb, ref.id))),
    )
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    subject: subjectOf(row, now),
    thing: {
      kind: 'document',
      documentId: row.document_id,
      isDeleted: row.deleted_at !== null,
    },
    activityId: row.activity_id,
    documentId: row.document_id,
  };
}

async function chapterSituation(
  db: Queries,
  personId: string,
  id: string,
  now: number,
): Promise<Situation | null> {
  const row = await withStanding(db, personId)
    .innerJoin('chapters', 'chapters.document_id', 'documents.id')
    .select([
      'documents.id as document_id',
      'documents.deleted_at',
      'chapters.state',
      'chapters.deleted_at as chapter_deleted_at',
    ])
    .where('chapters.id', '=', id)
    .executeTakeFirst();
  // With its document in the bin a chapter is out of reach altogether: the document comes back first.
  if (row === undefined || row.deleted_at !== null) return null;
  return {
    subject: subjectOf(row, now),
    thing: {
      kind: 'chapter',
      documentId: row.document_id,
      isDeleted: row.chapter_deleted_at !== null,
      isFrozen: row.state === 'frozen',
    },
    activityId: row.activity_id,
    documentId: row.document_id,
  };
}

/** A person who is not active stands nowhere, whatever memberships they have. */
function withStanding(db: Queries, personId: string) {
  return db
    .selectFrom('documents')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.activity_id', '=', 'documents.activity_id')
        .on('memberships.person_id', '=', personId)
        .on((eb) =>
          eb.exists(
            eb
              .selectFrom('people')
              .select('people.id')
              .where('people.id', '=', personId)
              .where('people.state', '=', 'active'),
          ),
        ),
    )
    .leftJoin('review_documents', (join) =>
      join
        .onRef('review_documents.activity_id', '=', 'documents.activity_id')
        .onRef('review_documents.document_id', '=', 'documents.id')
        .on('review_documents.person_id', '=', personId),
    )
    .select([
      'documents.activity_id',
      'memberships.role',
      'memberships.until',
      'review_documents.document_id as reviewed',
    ]);
}

function documentOfFile(eb: ExpressionBuilder<Database, 'documents'>, fileId: string) {
  return eb.selectFrom('files').select('files.document_id').where('files.id', '=', fileId);
}

function subjectOf(row: StandingRow, now: number): Subject {
  if (row.role === null) return { standing: null, now };
  const documents = new Set(row.reviewed === null ? [] : [row.reviewed]);
  return { standing: { role: row.role, until: row.until, documents }, now };
}
