import type { Chapter, Outline } from '@plenary/protocol';
import type { Selectable } from 'kysely';
import { createRoom } from '../../adapters/sql/rooms.ts';
import type { ChaptersTable } from '../../adapters/sql/workspace-tables.ts';
import { newId } from '../secrets.ts';
import type { Queries, Trx } from '../workspace.ts';

/** A chapter as the table keeps it. */
export type ChapterRow = Selectable<ChaptersTable>;

/** A row as the API shows it. */
export function toChapter(row: ChapterRow): Chapter {
  return {
    id: row.id,
    documentId: row.document_id,
    title: row.title,
    position: row.position,
    state: row.state,
    frozen: row.state === 'frozen',
  };
}

/** The live chapters of a document in order. */
export function liveChapters(db: Queries, documentId: string): Promise<ChapterRow[]> {
  return db
    .selectFrom('chapters')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

/** The outline of a document as everybody who may see it sees it. The document must exist. */
export async function outlineOf(db: Queries, documentId: string): Promise<Outline> {
  const document = await db
    .selectFrom('documents')
    .select(['title', 'version'])
    .where('id', '=', documentId)
    .executeTakeFirstOrThrow();
  const chapters = await liveChapters(db, documentId);
  return {
    documentId,
    title: document.title,
    version: document.version,
    chapters: chapters.map(toChapter),
  };
}

/** Notes that a document's title or outline changed: its version grows. */
export async function touchDocument(trx: Trx, documentId: string, now: number): Promise<void> {
  await trx
    .updateTable('documents')
    .set((eb) => ({ version: eb('version', '+', 1), updated_at: now }))
    .where('id', '=', documentId)
    .execute();
}

/** Adds a chapter with its empty log. The positions of the others are the caller's to settle. */
export async function insertChapter(
  trx: Trx,
  chapter: {
    readonly documentId: string;
    readonly title: string;
    readonly position: number;
    readonly now: number;
  },
): Promise<ChapterRow> {
  const row: ChapterRow = {
    id: newId(),
    document_id: chapter.documentId,
    title: chapter.title.trim(),
    position: chapter.position,
    state: 'outlined',
    thawed_state: null,
    created_at: chapter.now,
    deleted_at: null,
  };
  await trx.insertInto('chapters').values(row).execute();
  await createRoom(trx, row.id);
  return row;
}

/** Puts the live chapters into the given order, writing only what moves. */
export async function numberChapters(
  trx: Trx,
  chapters: readonly Pick<ChapterRow, 'id' | 'position'>[],
): Promise<void> {
  for (const [position, chapter] of chapters.entries()) {
    if (chapter.position === position) continue;
    await trx.updateTable('chapters').set({ position }).where('id', '=', chapter.id).execute();
  }
}

/** `list` with `item` at `position`, or at the end when that is past it. */
export function withInserted<T>(list: readonly T[], position: number | undefined, item: T): T[] {
  return list.toSpliced(position ?? list.length, 0, item);
}
