import type { NewRow } from '@plenary/relay';

/** Rows that one room wants to append at a head it knows. */
export interface AppendRequest {
  readonly chapterId: string;
  readonly generation: string;
  readonly expectedHead: number;
  readonly rows: readonly NewRow[];
}

/** What the statement gives for each room whose rows it stored. */
export interface StoredAppend {
  /** Index of the request, from 1. */
  readonly room: number;
  readonly head: number;
  readonly at: number;
}

/** A named statement, prepared once a connection. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Appends the rows of several rooms in one transaction and one round trip. A room's positions are
 * allotted by moving its head, under the lock of the head's row, in the transaction that stores the
 * rows (R13): whoever reads a head finds every row up to it, and the next append of that room waits
 * or is not stored. Rooms at another head or generation are not stored and not in the answer.
 *
 * With `waits` a room that somebody else has locked is waited for; without, it is left out, so that
 * it keeps no other room waiting. The bytes travel as one piece, without being turned into text.
 */
export function appendStatement(
  requests: readonly AppendRequest[],
  { waits }: { readonly waits: boolean },
): PreparedQuery {
  return {
    name: waits ? 'append-waiting' : 'append',
    text: waits ? WAITING : PASSING,
    values: valuesOf(requests),
  };
}

const WAITING = textOf('for update');
const PASSING = textOf('for update skip locked');

function textOf(lock: string): string {
  return `
    with wanted as materialized (
      select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) with ordinality
        as w (chapter_id, generation, head, count, room)
    ), locked as materialized (
      select chapter_id from collab_rooms where chapter_id = any($1::text[])
      order by chapter_id ${lock}
    ), moved as (
      update collab_rooms as r set head = r.head + w.count
      from wanted as w join locked using (chapter_id)
      where r.chapter_id = w.chapter_id and r.generation = w.generation and r.head = w.head
      returning w.room, r.chapter_id, w.head as base, r.head as head,
        (extract(epoch from clock_timestamp()) * 1000)::bigint as at
    ), stored as (
      insert into collab_log (chapter_id, position, kind, person_id, via, at, bytes)
      select m.chapter_id, m.base + n.step, 'update', n.person_id, n.via, m.at,
        substring($10::bytea from n.start for n.length)
      from moved as m join unnest(
        $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::int[], $11::int[]
      ) as n (room, step, person_id, via, start, length) using (room)
    ), owned as (
      insert into collab_clients (chapter_id, client_id, person_id)
      select m.chapter_id, c.client_id, c.person_id
      from moved as m
      join unnest($12::bigint[], $13::bigint[], $14::text[]) as c (room, client_id, person_id)
        using (room)
      on conflict do nothing
    )
    select room, head, at from moved`;
}

function valuesOf(requests: readonly AppendRequest[]): unknown[] {
  const rows = {
    room: [] as number[],
    step: [] as number[],
    person: [] as string[],
    via: [] as string[],
    start: [] as number[],
    length: [] as number[],
  };
  const clients = { room: [] as number[], id: [] as number[], person: [] as string[] };
  const pieces: Uint8Array[] = [];
  let start = 1; // SQL counts from 1
  for (const [index, request] of requests.entries()) {
    const seen = new Set<number>();
    for (const [step, { personId, via, bytes, newClients }] of request.rows.entries()) {
      rows.room.push(index + 1);
      rows.step.push(step + 1);
      rows.person.push(personId);
      rows.via.push(via);
      rows.start.push(start);
      rows.length.push(bytes.byteLength);
      pieces.push(bytes);
      start += bytes.byteLength;
      for (const id of newClients) {
        if (seen.has(id)) continue; // the first row of a client owns it
        seen.add(id);
        clients.room.push(index + 1);
        clients.id.push(id);
        clients.person.push(personId);
      }
    }
  }
  return [
    requests.map((request) => request.chapterId),
    requests.map((request) => request.generation),
    requests.map((request) => request.expectedHead),
    requests.map((request) => request.rows.length),
    rows.room,
    rows.step,
    rows.person,
    rows.via,
    rows.start,
    Buffer.concat(pieces),
    rows.length,
    clients.room,
    clients.id,
    clients.person,
  ];
}
