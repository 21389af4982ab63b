import { randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { isPostgres } from './dialect.ts';
import type { Database } from './schema.ts';

const POSTGRES_NOW_MS = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** A new generation for a chapter's history (R11): 128 random bits, so that none comes twice. */
export function drawGeneration(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * Creates the empty log of a new chapter, in the transaction that creates the chapter. Throws when
 * the chapter has one already.
 */
export async function createRoom(trx: Transaction<Database>, chapterId: string): Promise<void> {
  await trx
    .insertInto('collab_rooms')
    .values({ chapter_id: chapterId, generation: drawGeneration(), head: 0 })
    .execute();
}

/** Chapters noted in one statement: far below the number of parameters either database takes. */
const CHAPTERS_A_STATEMENT = 1_000;

/**
 * Notes in the logs of chapters that rights in them changed (R6), in the transaction that changes
 * them. From these rows on the relay asks the Authority anew for everybody in those chapters; poke
 * it after the commit so that it looks at once. The chapters are locked in the order of their ids,
 * so that nobody waits in a circle. Throws for an unknown chapter.
 */
export async function appendRightsRows(
  trx: Transaction<Database>,
  chapterIds: readonly string[],
): Promise<void> {
  const sorted = [...new Set(chapterIds)].toSorted();
  for (let start = 0; start < sorted.length; start += CHAPTERS_A_STATEMENT) {
    await appendToSome(trx, sorted.slice(start, start + CHAPTERS_A_STATEMENT));
  }
}

async function appendToSome(
  trx: Transaction<Database>,
  chapterIds: readonly string[],
): Promise<void> {
  const hasRowLocks = isPostgres(trx);
  if (hasRowLocks) {
    await trx
      .selectFrom('collab_rooms')
      .select('chapter_id')
      .where('chapter_id', 'in', chapterIds)
      .orderBy('chapter_id')
      .forUpdate()
      .execute();
  }
  const rooms = await trx
    .updateTable('collab_rooms')
    .set((eb) => ({ head: eb('head', '+', 1) }))
    .where('chapter_id', 'in', chapterIds)
    .returning(['chapter_id', 'head'])
    .execute();
  if (rooms.length !== chapterIds.length) throw new Error('a chapter has no log');
  // By the store's clock: the rows of one log come from several machines.
  const at = hasRowLocks ? POSTGRES_NOW_MS : Date.now();
  await trx
    .insertInto('collab_log')
    .values(
      rooms.map(({ chapter_id, head }) => ({
        chapter_id,
        position: head,
        kind: 'rights' as const,
        person_id: null,
        via: null,
        at,
        bytes: null,
      })),
    )
    .execute();
}
