import type Database from 'better-sqlite3';
import type { StoredRow } from '../sql/log-row.ts';
import { packRows, type LoadReply, type PackedRows } from './log-messages.ts';

const ROW_COLUMNS = 'kind, position, at, person_id as personId, via, bytes';

/** Reading the log over one connection; used in worker threads only. */
export interface LogReader {
  load(chapterId: string): LoadReply | null;
  readAfter(chapterId: string, position: number, limit: number): PackedRows;
  heads(chapterIds: readonly string[]): ReadonlyMap<string, number>;
}

/** Prepares the reading statements of the log. */
export function prepareLogReader(connection: Database.Database): LogReader {
  const room = connection.prepare<[string], { generation: string; head: number }>(
    'select generation, head from collab_rooms where chapter_id = ?',
  );
  const snapshot = connection.prepare<[string, string], { position: number; state: Uint8Array }>(
    'select position, state from collab_snapshots where chapter_id = ? and generation = ?',
  );
  const after = connection.prepare<[string, number, number], StoredRow>(
    `select ${ROW_COLUMNS} from collab_log where chapter_id = ? and position > ?
     order by position limit ?`,
  );
  const clients = connection.prepare<[string], { clientId: number; personId: string }>(
    `select client_id as clientId, person_id as personId from collab_clients where chapter_id = ?`,
  );
  const readAfter = (chapterId: string, position: number, limit: number) =>
    packRows(after.all(chapterId, position, limit));

  // One transaction, so that head, state and tail are of one moment.
  const load = connection.transaction((chapterId: string): LoadReply | null => {
    const found = room.get(chapterId);
    if (found === undefined) return null;
    const stored = snapshot.get(chapterId, found.generation);
    const statePosition = stored?.position ?? 0;
    return {
      ...found,
      state: stored === undefined ? null : new Uint8Array(stored.state),
      statePosition,
      tail: readAfter(chapterId, statePosition, Number.MAX_SAFE_INTEGER),
      clients: new Map(clients.all(chapterId).map((row) => [row.clientId, row.personId])),
    };
  });

  return {
    load,
    readAfter,
    heads(chapterIds) {
      const heads = new Map<string, number>();
      for (const chapterId of chapterIds) {
        const found = room.get(chapterId);
        if (found !== undefined) heads.set(chapterId, found.head);
      }
      return heads;
    },
  };
}
