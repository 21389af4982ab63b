import { CHAPTERS_MAX, type Chapter, type ChapterPatch, type NewChapter } from '@plenary/protocol';
import { appendRightsRows } from '../../adapters/sql/rooms.ts';
import type { Situation } from '../access/standing.ts';
import { done, refuse, type Result } from '../result.ts';
import type { Queries, Trx, Workspace } from '../workspace.ts';
import {
  insertChapter,
  liveChapters,
  numberChapters,
  outlineOf,
  toChapter,
  touchDocument,
  withInserted,
  type ChapterRow,
} from './outline.ts';

/** What a change of the outline did, and whether rights in the chapter changed with it. */
interface OutlineChange {
  readonly chapterId: string;
  readonly changesRights: boolean;
}

/** A chapter as it is now; `not_found` when it is in the bin. */
export async function getChapter({ db }: Workspace, id: string): Promise<Result<Chapter>> {
  const row = await findChapter(db, id);
  return row === undefined || row.deleted_at !== null ? refuse('not_found') : done(toChapter(row));
}

/** Adds a chapter; without a position at the end. */
export function addChapter(
  ws: Workspace,
  situation: Situation,
  input: NewChapter,
): Promise<Result<Chapter>> {
  return changeOutline(ws, situation, async (trx, documentId) => {
    const { count } = await trx
      .selectFrom('chapters')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .where('document_id', '=', documentId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= CHAPTERS_MAX) {
      return refuse('too_many_chapters', {
        detail: `A document may have ${CHAPTERS_MAX} chapters, those in the bin included.`,
      });
    }
    const others = await liveChapters(trx, documentId);
    const { title } = input;
    const now = ws.clock.now();
    const row = await insertChapter(trx, { documentId, title, position: others.length, now });
    await numberChapters(trx, withInserted(others, input.position, row));
    return done({ chapterId: row.id, changesRights: false });
  });
}

/**
 * Renames, moves, freezes or thaws a chapter, or says how far it is. Thawing restores the state it
 * had before; as long as it is frozen no other can be set.
 */
export function patchChapter(
  ws: Workspace,
  situation: Situation,
  change: { readonly chapterId: string; readonly patch: ChapterPatch },
): Promise<Result<Chapter>> {
  const { chapterId, patch } = change;
  return changeOutline(ws, situation, async (trx, documentId) => {
    const row = await findChapter(trx, chapterId);
    if (row === undefined || row.deleted_at !== null) return refuse('not_found');
    // Before anything is written: a refusal commits what came before it.
    if (patch.state !== undefined && (patch.frozen ?? row.state === 'frozen')) {
      const detail = 'The chapter is frozen: thaw it first.';
      return refuse('invalid_input', { at: '/state', detail });
    }
    if (patch.title !== undefined) {
      await updateChapter(trx, chapterId, { title: patch.title.trim() });
    }
    if (patch.position !== undefined) {
      const others = (await liveChapters(trx, documentId)).filter(({ id }) => id !== chapterId);
      await numberChapters(trx, withInserted(others, patch.position, row));
    }
    const changesRights = patch.frozen !== undefined && patch.frozen !== (row.state === 'frozen');
    if (changesRights) await setFrozen(trx, row, patch.frozen === true);
    if (patch.state !== undefined) await updateChapter(trx, chapterId, { state: patch.state });
    return done({ chapterId, changesRights });
  });
}

/**
 * Puts a chapter into the bin or takes it out again, to about where it was. Its log stays; whoever
 * has it open loses access, or may open it again.
 */
export function setChapterDeleted(
  ws: Workspace,
  situation: Situation,
  change: { readonly chapterId: string; readonly isDeleted: boolean },
): Promise<Result<Chapter>> {
  const { chapterId, isDeleted } = change;
  return changeOutline(ws, situation, async (trx, documentId) => {
    const row = await findChapter(trx, chapterId);
    if (row === undefined) return refuse('not_found');
    const others = (await liveChapters(trx, documentId)).filter(({ id }) => id !== chapterId);
    const deletedAt = isDeleted ? ws.clock.now() : null;
    await updateChapter(trx, chapterId, { deleted_at: deletedAt });
    await numberChapters(trx, isDeleted ? others : withInserted(others, row.position, row));
    return done({ chapterId, changesRights: true });
  });
}

/**
 * Runs a change of a document's outline in one transaction: the change, the document's version, and
 * the rights row that makes open connections ask again. News follows the commit.
 */
async function changeOutline(
  ws: Workspace,
  situation: Situation,
  change: (trx: Trx, documentId: string) => Promise<Result<OutlineChange>>,
): Promise<Result<Chapter>> {
  const { activityId, documentId } = situation;
  if (documentId === null) return refuse('not_found');
  const result = await ws.db.transaction().execute(async (trx) => {
    const changed = await change(trx, documentId);
    if (!changed.ok) return changed;
    const { chapterId, changesRights } = changed.value;
    if (changesRights) await appendRightsRows(trx, [chapterId]);
    await touchDocument(trx, documentId, ws.clock.now());
    const row = await findChapter(trx, chapterId);
    if (row === undefined) return refuse('not_found');
    const outline = await outlineOf(trx, documentId);
    return done({ chapter: toChapter(row), changesRights, outline });
  });
  if (!result.ok) return result;
  const { chapter, changesRights, outline } = result.value;
  if (changesRights) ws.news.publish({ type: 'rights', chapterIds: [chapter.id] });
  ws.news.publish({ type: 'document', activityId, outline });
  return done(chapter);
}

async function setFrozen(trx: Trx, row: ChapterRow, isFrozen: boolean): Promise<void> {
  if (isFrozen && row.state !== 'frozen') {
    await updateChapter(trx, row.id, { state: 'frozen', thawed_state: row.state });
  } else if (!isFrozen && row.thawed_state !== null) {
    await updateChapter(trx, row.id, { state: row.thawed_state, thawed_state: null });
  }
}

async function updateChapter(trx: Trx, id: string, values: Partial<ChapterRow>): Promise<void> {
  await trx.updateTable('chapters').set(values).where('id', '=', id).execute();
}

function findChapter(db: Queries, id: string): Promise<ChapterRow | undefined> {
  return db.selectFrom('chapters').selectAll().where('id', '=', id).executeTakeFirst();
}
