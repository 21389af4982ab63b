import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from './schema.ts';

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

/**
 * Notes in a chapter's log that rights in it changed (R6), in the transaction that changes them.
 * From this row on the relay asks the Authority anew for everybody in the chapter; poke it after the
 * commit so that it looks at once. Resolves to the position of the row; throws for an unknown
 * chapter.
 */
export async function appendRightsRow(
  trx: Transaction<Database>,
  chapterId: string,
): Promise<number> {
  const { head } = await trx
    .updateTable('collab_rooms')
    .set((eb) => ({ head: eb('head', '+', 1) }))
    .where('chapter_id', '=', chapterId)
    .returning('head')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('collab_log')
    .values({
      chapter_id: chapterId,
      position: head,
      kind: 'rights',
      person_id: null,
      via: null,
      at: Date.now(),
      bytes: null,
    })
    .execute();
  return head;
}
