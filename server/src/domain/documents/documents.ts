import type {
  DocumentDetails,
  DocumentRights,
  DocumentSummary,
  NewDocument,
} from '@plenary/protocol';
import type { Selectable } from 'kysely';
import { appendRightsRows } from '../../adapters/sql/rooms.ts';
import type { DocumentsTable } from '../../adapters/sql/workspace-tables.ts';
import { situationOf, type Situation } from '../access/standing.ts';
import { toTimestamp } from '../moments.ts';
import { can, type Act } from '../policy.ts';
import { done, refuse, type Result } from '../result.ts';
import { newId } from '../secrets.ts';
import type { Queries, Workspace } from '../workspace.ts';
import { insertChapter, liveChapters, outlineOf, toChapter, touchDocument } from './outline.ts';
import { TEMPLATES } from './templates.ts';

/** A document as the table keeps it. */
export type DocumentRow = Selectable<DocumentsTable>;

/** A row as lists show it. */
export function toDocumentSummary(row: DocumentRow): DocumentSummary {
  return {
    id: row.id,
    activityId: row.activity_id,
    title: row.title,
    createdAt: toTimestamp(row.created_at),
    updatedAt: toTimestamp(row.updated_at),
  };
}

/** Creates a document with its template's chapters. That the person may is checked before. */
export async function createDocument(
  ws: Workspace,
  place: { readonly activityId: string; readonly personId: string },
  input: NewDocument,
): Promise<Result<DocumentDetails>> {
  const id = newId();
  const now = ws.clock.now();
  const template = input.template ?? 'blank';
  await ws.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('documents')
      .values({
        id,
        activity_id: place.activityId,
        title: input.title.trim(),
        template,
        version: 0,
        created_at: now,
        created_by: place.personId,
        updated_at: now,
        deleted_at: null,
      })
      .execute();
    for (const [position, title] of TEMPLATES[template].entries()) {
      await insertChapter(trx, { documentId: id, title, position, now });
    }
  });
  ws.news.publish({ type: 'activity', activityId: place.activityId });
  return getDocument(ws, place.personId, id);
}

/** A document with its chapters and what this person may do with it; `not_found` without access. */
export async function getDocument(
  { db, clock }: Workspace,
  personId: string,
  documentId: string,
): Promise<Result<DocumentDetails>> {
  const ref = { kind: 'document', id: documentId } as const;
  const situation = await situationOf(db, personId, ref, clock.now());
  const standing = situation?.subject.standing ?? null;
  const row = await db
    .selectFrom('documents')
    .innerJoin('activities', 'activities.id', 'documents.activity_id')
    .selectAll('documents')
    .select('activities.title as activity_title')
    .where('documents.id', '=', documentId)
    .executeTakeFirst();
  if (situation === null || standing === null || row === undefined) return refuse('not_found');
  const rights = rightsIn(situation);
  const chapters = await liveChapters(db, documentId);
  return done({
    ...toDocumentSummary(row),
    version: row.version,
    chapters: chapters.map(toChapter),
    deletedChapters: rights.outline ? (await deletedChapters(db, documentId)).map(toChapter) : [],
    role: standing.role,
    rights,
    activityTitle: row.activity_title,
  });
}

/** Gives a document another title. */
export async function renameDocument(
  ws: Workspace,
  situation: Situation,
  title: string | undefined,
): Promise<Result<null>> {
  const { activityId, documentId } = situation;
  if (documentId === null || title === undefined) return done(null);
  const outline = await ws.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('documents')
      .set({ title: title.trim() })
      .where('id', '=', documentId)
      .execute();
    await touchDocument(trx, documentId, ws.clock.now());
    return outlineOf(trx, documentId);
  });
  ws.news.publish({ type: 'document', activityId, outline });
  ws.news.publish({ type: 'activity', activityId });
  return done(null);
}

/**
 * Puts a document into the bin or takes it out again. Nothing of it is lost: its chapters' logs stay
 * as they are, with a row that ends or renews the access of everybody who has them open.
 */
export async function setDocumentDeleted(
  ws: Workspace,
  situation: Situation,
  isDeleted: boolean,
): Promise<Result<null>> {
  const { activityId, documentId } = situation;
  if (documentId === null) return refuse('not_found');
  const now = ws.clock.now();
  const chapterIds = await ws.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('documents')
      .set({ deleted_at: isDeleted ? now : null })
      .where('id', '=', documentId)
      .execute();
    await touchDocument(trx, documentId, now);
    const chapterIds = (await liveChapters(trx, documentId)).map((chapter) => chapter.id);
    await appendRightsRows(trx, chapterIds);
    return chapterIds;
  });
  ws.news.publish({ type: 'rights', chapterIds });
  if (isDeleted) ws.news.publish({ type: 'document-deleted', activityId, documentId });
  ws.news.publish({ type: 'activity', activityId });
  return done(null);
}

/** What a person in this situation may do with a live document. */
function rightsIn(situation: Situation): DocumentRights {
  const { subject, thing } = situation;
  if (thing.kind !== 'document') throw new TypeError('rights are asked for a document');
  const live = { ...thing, isDeleted: false };
  const chapter = { ...live, kind: 'chapter', isFrozen: false } as const;
  const may = (act: Act) =>
    can(
      subject,
      act,
      act.startsWith('chapter.')
        ? chapter
        : act.startsWith('activity.')
          ? { kind: 'activity' }
          : live,
    ) === 'allowed';
  return {
    edit: may('chapter.write'),
    outline: may('document.outline'),
    freeze: may('chapter.freeze'),
    remove: may('document.delete'),
    upload: may('document.upload'),
    share: may('activity.members'),
  };
}

function deletedChapters(db: Queries, documentId: string) {
  return db
    .selectFrom('chapters')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('deleted_at', 'is not', null)
    .orderBy('deleted_at', 'desc')
    .execute();
}
