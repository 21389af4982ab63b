import type { StoredRoom, UpdateLog } from '@plenary/relay';
import { APPEND_CONNECTIONS, createAppendQueue } from './append-queue.ts';
import { loadRoom, readRowsAfter } from './log-queries.ts';
import { busyIn, openPool, type PoolOptions } from './open-pool.ts';

/** Most connections of one node for reading the log. */
const READ_CONNECTIONS = 4;

/** The log in a database that several nodes share. */
export interface PostgresUpdateLog extends UpdateLog {
  /** What was asked of the database and is not answered yet. */
  readonly queues: Readonly<Record<'log-read' | 'log-write', () => number>>;
  /** Finishes the appends already asked for, then ends the connections. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the log of a database whose tables exist. Appending has connections of its own: reading a
 * large chapter delays no commit. A connection that breaks during an append makes it reject, as it is
 * not known whether it was stored; the next call makes a new one. `onBroken` is told of it.
 */
export function openPostgresUpdateLog(
  databaseUrl: string,
  options: Pick<PoolOptions, 'onBroken' | 'silenceMs'> = {},
): PostgresUpdateLog {
  const writing = openPool(databaseUrl, { ...options, purpose: 'log', max: APPEND_CONNECTIONS });
  const reading = openPool(databaseUrl, { ...options, purpose: 'log-read', max: READ_CONNECTIONS });
  const queue = createAppendQueue(writing);
  let closing: Promise<void> | null = null;

  return {
    queues: { 'log-read': () => busyIn(reading), 'log-write': () => queue.pending },
    append: (chapterId, batch) => queue.append({ chapterId, ...batch }),

    async load(chapterId): Promise<StoredRoom | null> {
      const client = await reading.connect();
      let isBroken = true;
      try {
        // One snapshot, so that head, state and tail are of one moment.
        await client.query('start transaction isolation level repeatable read read only');
        const room = await loadRoom(client, chapterId);
        await client.query('commit');
        isBroken = false;
        return room;
      } finally {
        client.release(isBroken);
      }
    },

    readAfter: (chapterId, position, limit) =>
      readRowsAfter(reading, chapterId, { position, limit }),

    async compact(chapterId, { generation, position, state }) {
      await reading.query({
        name: 'compact',
        text: `insert into collab_snapshots as s (chapter_id, position, generation, state)
          select chapter_id, $3::bigint, generation, $4::bytea from collab_rooms
          where chapter_id = $1 and generation = $2 and head >= $3::bigint
          on conflict (chapter_id) do update set
            position = excluded.position, generation = excluded.generation, state = excluded.state
          where excluded.generation <> s.generation or excluded.position > s.position`,
        values: [chapterId, generation, position, state],
      });
    },

    async heads(chapterIds) {
      const { rows } = await reading.query<{ chapterId: string; head: number }>({
        name: 'heads',
        text: `select chapter_id as "chapterId", head from collab_rooms
          where chapter_id = any($1::text[])`,
        values: [chapterIds],
      });
      return new Map(rows.map((row) => [row.chapterId, row.head]));
    },

    close() {
      closing ??= queue
        .settled()
        .then(() => Promise.all([writing.end(), reading.end()]))
        .then(() => undefined);
      return closing;
    },
  };
}
