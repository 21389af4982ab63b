import type { Person, PersonPatch } from '@plenary/protocol';
import type { Selectable } from 'kysely';
import type { PeopleTable, PersonState } from '../../adapters/sql/workspace-tables.ts';
import { newId } from '../secrets.ts';
import type { Queries, Trx, Workspace } from '../workspace.ts';
import { nextColor } from './colors.ts';

/** A person as the table keeps them. */
export type PersonRow = Selectable<PeopleTable>;

/** Addresses are compared without regard to case, and so kept in lower case. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The person with this address, whatever their state; undefined when there is none. */
export function findPersonByEmail(db: Queries, email: string): Promise<PersonRow | undefined> {
  return db
    .selectFrom('people')
    .selectAll()
    .where('email', '=', normalizeEmail(email))
    .executeTakeFirst();
}

/** The person with this id; undefined when there is none. */
export function findPerson(db: Queries, id: string): Promise<PersonRow | undefined> {
  return db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Adds a person. The address must be free. A name that is not known yet is the address's first part. */
export async function addPerson(
  trx: Trx,
  person: {
    readonly email: string;
    readonly name?: string;
    readonly state: PersonState;
    readonly now: number;
    readonly isAdministrator?: boolean;
    readonly passwordHash?: string;
    readonly language?: string;
  },
): Promise<PersonRow> {
  const id = newId();
  const email = normalizeEmail(person.email);
  const row: PersonRow = {
    id,
    email,
    name: person.name?.trim() ?? email.slice(0, email.indexOf('@')),
    color: nextColor(await colorsHeld(trx)),
    password_hash: person.passwordHash ?? null,
    is_administrator: person.isAdministrator === true ? 1 : 0,
    state: person.state,
    language: person.language ?? 'en',
    theme: 'system',
    created_at: person.now,
    last_seen_at: null,
  };
  await trx.insertInto('people').values(row).execute();
  return row;
}

/** How many people have each colour. */
async function colorsHeld(db: Queries): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('people')
    .select(['color', (eb) => eb.fn.countAll().as('people')])
    .groupBy('color')
    .execute();
  return new Map(rows.map((row) => [row.color, Number(row.people)]));
}

/** Whether the system has an administrator who can sign in. */
export async function hasAdministrator(db: Queries): Promise<boolean> {
  const row = await db
    .selectFrom('people')
    .select('id')
    .where('is_administrator', '=', 1)
    .where('state', '!=', 'disabled')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Changes what people may change about themselves; a new name reaches open connections, too. */
export async function updatePerson(
  { db, news }: Workspace,
  personId: string,
  patch: PersonPatch,
): Promise<Person> {
  const row = await db
    .updateTable('people')
    .set({
      ...(patch.name === undefined ? {} : { name: patch.name.trim() }),
      ...(patch.language === undefined ? {} : { language: patch.language }),
      ...(patch.theme === undefined ? {} : { theme: patch.theme }),
    })
    .where('id', '=', personId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (patch.name !== undefined) news.publish({ type: 'renamed', personId, name: row.name });
  return toPerson(row);
}

/** A row as its owner sees it. */
export function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    color: row.color,
    isAdministrator: row.is_administrator === 1,
    language: row.language === 'fr' ? 'fr' : 'en',
    theme: row.theme === 'light' || row.theme === 'dark' ? row.theme : 'system',
    hasPassword: row.password_hash !== null,
  };
}
