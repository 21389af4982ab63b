import type { PostgresServer } from '@plenary/testing';
import type { ChapterLog, LogRow } from './log-follower.ts';

/** Reads a chapter's log in one statement, past the nodes. Throws when there is no such chapter. */
export async function readPostgresLog(
  postgres: PostgresServer,
  databaseUrl: string,
  chapterId: string,
): Promise<ChapterLog> {
  if (!/^[\w-]+$/.test(chapterId)) throw new Error(`not a chapter: ${chapterId}`);
  const found = await postgres.query(
    `select generation, head::int, position::int, kind, bytes
     from collab_rooms left join collab_log using (chapter_id)
     where chapter_id = '${chapterId}' order by position`,
    new URL(databaseUrl).pathname.slice(1),
  );
  // The statement above names these columns.
  const rows = found as unknown as readonly (LogRow & Omit<ChapterLog, 'rows'>)[];
  if (rows[0] === undefined) throw new Error(`chapter ${chapterId} is gone`);
  const { generation, head } = rows[0];
  return { generation, head, rows: rows.filter(({ position }) => position !== null) };
}
