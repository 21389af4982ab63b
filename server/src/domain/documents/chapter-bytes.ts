import type { Queries } from '../workspace.ts';

/**
 * A chapter's text as it is on the disk now: Yjs v1 updates to be applied in order, beginning with
 * the stored state if there is one. Empty for an untouched chapter. Nothing of it is decoded here.
 */
export async function readChapterBytes(db: Queries, chapterId: string): Promise<Uint8Array[]> {
  const stored = await db
    .selectFrom('collab_snapshots')
    .innerJoin('collab_rooms', (join) =>
      join
        .onRef('collab_rooms.chapter_id', '=', 'collab_snapshots.chapter_id')
        .onRef('collab_rooms.generation', '=', 'collab_snapshots.generation'),
    )
    .select(['collab_snapshots.state', 'collab_snapshots.position'])
    .where('collab_snapshots.chapter_id', '=', chapterId)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('collab_log')
    .select('bytes')
    .where('chapter_id', '=', chapterId)
    .where('kind', '=', 'update')
    .where('position', '>', stored?.position ?? 0)
    .orderBy('position')
    .execute();
  const tail = rows.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
  return stored === undefined ? tail : [stored.state, ...tail];
}
