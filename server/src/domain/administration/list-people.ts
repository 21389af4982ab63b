import type { PeoplePage, PeopleQuery, PersonEntry } from '@plenary/protocol';
import { sql } from 'kysely';
import { toTimestamp, toTimestampOrNull } from '../moments.ts';
import type { PersonRow } from '../people/people.ts';
import type { Queries, Workspace } from '../workspace.ts';

/** People on a page unless another number is asked for. */
const PAGE_LENGTH = 100;

/**
 * A page of everybody the system knows, by name; with `query` those whose name or address holds it,
 * in capitals or not (SQLite knows them of A to Z alone). Goes on after the person `after` names, from the beginning when there is no
 * such person. `next` is null on the last page.
 */
export async function listPeople({ db }: Workspace, query: PeopleQuery): Promise<PeoplePage> {
  const limit = query.limit ?? PAGE_LENGTH;
  const last = query.after === undefined ? undefined : await placeOf(db, query.after);
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .$if(last !== undefined, (people) =>
      people.where((eb) =>
        eb.or([
          eb('name', '>', last!.name),
          eb.and([eb('name', '=', last!.name), eb('id', '>', last!.id)]),
        ]),
      ),
    )
    .$if(query.query !== undefined, (people) =>
      people.where((eb) => eb.or([holds('name', query.query!), holds('email', query.query!)])),
    )
    .orderBy('name')
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toPersonEntry);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** A row as administrators see it. */
export function toPersonEntry(row: PersonRow): PersonEntry {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    color: row.color,
    isAdministrator: row.is_administrator === 1,
    state: row.state,
    createdAt: toTimestamp(row.created_at),
    lastSeenAt: toTimestampOrNull(row.last_seen_at),
  };
}

function placeOf(db: Queries, id: string): Promise<Pick<PersonRow, 'id' | 'name'> | undefined> {
  return db.selectFrom('people').select(['id', 'name']).where('id', '=', id).executeTakeFirst();
}

/** Whether a column holds a text, whose `%` and `_` stand for themselves. */
function holds(column: 'name' | 'email', text: string) {
  const pattern = `%${text.trim().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`;
}
