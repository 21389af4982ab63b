import type { LogRow, StoredRoom } from '@plenary/relay';
import type { Pool, PoolClient } from 'pg';
import { toLogRow, type StoredRow } from '../sql/log-row.ts';

/** Rows fetched at a time: pg reads a whole answer before it hands it over. */
const ROWS_A_PAGE = 2_000;

/** Bytes of a stored state fetched at a time; they are decoded on the thread that serves sockets. */
const SLICE_BYTES = 1_048_576;

/** Rows after a position, in order, at most `limit`. */
export async function readRowsAfter(
  client: Pool | PoolClient,
  chapterId: string,
  { position, limit }: { readonly position: number; readonly limit: number },
): Promise<LogRow[]> {
  const found: LogRow[] = [];
  let after = position;
  while (found.length < limit) {
    const page = Math.min(ROWS_A_PAGE, limit - found.length);
    const { rows } = await client.query<StoredRow>({
      name: 'rows-after',
      text: `select kind, position, at, person_id as "personId", via, bytes from collab_log
        where chapter_id = $1 and position > $2 order by position limit $3`,
      values: [chapterId, after, page],
    });
    for (const row of rows) found.push(toLogRow(row, row.bytes));
    if (rows.length < page) break;
    after = rows.at(-1)!.position;
  }
  return found;
}

/** A chapter as it is at one moment; null when there is none. In a transaction with one snapshot. */
export async function loadRoom(client: PoolClient, chapterId: string): Promise<StoredRoom | null> {
  const { rows } = await client.query<{
    generation: string;
    head: number;
    position: number | null;
    size: number | null;
  }>({
    name: 'load-room',
    text: `select r.generation, r.head, s.position, length(s.state) as size
      from collab_rooms as r left join collab_snapshots as s
        on s.chapter_id = r.chapter_id and s.generation = r.generation
      where r.chapter_id = $1`,
    values: [chapterId],
  });
  const room = rows[0];
  if (room === undefined) return null;
  const { generation, head, size } = room;
  const statePosition = room.position ?? 0;
  const state = size === null ? null : await readState(client, chapterId, size);
  const limit = head - statePosition;
  const tail = await readRowsAfter(client, chapterId, { position: statePosition, limit });
  const clients = await client.query<{ clientId: number; personId: string }>({
    name: 'load-clients',
    text: `select client_id as "clientId", person_id as "personId" from collab_clients
      where chapter_id = $1`,
    values: [chapterId],
  });
  return {
    generation,
    head,
    state,
    statePosition,
    tail,
    clients: new Map(clients.rows.map((row) => [row.clientId, row.personId])),
  };
}

async function readState(client: PoolClient, chapterId: string, size: number): Promise<Uint8Array> {
  const state = new Uint8Array(size);
  for (let start = 0; start < size; start += SLICE_BYTES) {
    const { rows } = await client.query<{ slice: Uint8Array }>({
      name: 'load-state',
      text: `select substring(state from $2::int for $3::int) as slice from collab_snapshots
        where chapter_id = $1`,
      values: [chapterId, start + 1, SLICE_BYTES],
    });
    state.set(rows[0]!.slice, start);
  }
  return state;
}
