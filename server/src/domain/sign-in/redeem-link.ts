import type { LinkRedeem } from '@plenary/protocol';
import { record } from '../audit.ts';
import {
  addPerson,
  findPerson,
  findPersonByEmail,
  hasAdministrator,
  type PersonRow,
} from '../people/people.ts';
import { done, refuse, type Refusal, type Result } from '../result.ts';
import type { Trx, Workspace } from '../workspace.ts';
import { findUsableLink } from './links.ts';
import { hashPassword } from './passwords.ts';
import { beginSession, deleteSessions, type NewSession } from './sessions.ts';

type UsableLink = NonNullable<Awaited<ReturnType<typeof findUsableLink>>>;

/** What a link brings about in one transaction: who is signed in, and whose sessions ended. */
interface Redemption {
  readonly started: NewSession;
  readonly personId: string;
  readonly ended: readonly string[];
}

/**
 * Spends a link and signs in. Of two people with the same link, or with the set-up link of the first
 * administrator, exactly one succeeds; the other is told `link_spent` or `already_set_up`.
 */
export async function redeemLink(
  ws: Workspace,
  input: LinkRedeem,
  device: string,
): Promise<Result<NewSession>> {
  const seen = await findUsableLink(ws.db, input.token, ws.clock.now());
  if (seen === undefined) return refuse('link_spent');
  const missing = missingInput(seen.kind, input);
  if (missing !== null) return missing;
  // Hashing takes tens of milliseconds and must not hold the transaction; it is looked up again there.
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password);

  const result = await ws.db.transaction().execute(async (trx): Promise<Result<Redemption>> => {
    const now = ws.clock.now();
    const link = await findUsableLink(trx, input.token, now);
    if (link === undefined) return refuse('link_spent');
    const person = await personOfLink(trx, { link, input, passwordHash, now });
    if (!person.ok) return person;
    await spend(trx, link, now);
    const isReset = link.kind === 'password-reset';
    const ended = isReset ? await deleteSessions(trx, person.value.id) : [];
    const started = await beginSession(trx, {
      person: person.value,
      via: link.via,
      device,
      language: input.language,
      sendsMail: ws.sendsMail,
      now,
    });
    return done({ started, personId: person.value.id, ended });
  });
  if (!result.ok) return result;
  const { started, personId, ended } = result.value;
  if (ended.length > 0) ws.news.publish({ type: 'sessions-ended', personId, sessionIds: ended });
  return done(started);
}

function missingInput(kind: UsableLink['kind'], input: LinkRedeem): Refusal | null {
  const needs = {
    'set-up': ['email', 'name', 'password'],
    invitation: ['name', 'password'],
    'password-reset': ['password'],
    'sign-in': [],
  } as const satisfies Record<UsableLink['kind'], readonly (keyof LinkRedeem)[]>;
  const missing = needs[kind].find((key) => input[key] === undefined);
  if (missing === undefined) return null;
  return refuse('invalid_input', { at: `/${missing}`, detail: `This link needs a ${missing}.` });
}

/** The person the link signs in, created or changed as its kind asks for. */
async function personOfLink(
  trx: Trx,
  redeeming: {
    readonly link: UsableLink;
    readonly input: LinkRedeem;
    readonly passwordHash: string | null;
    readonly now: number;
  },
): Promise<Result<PersonRow>> {
  const { link, input, passwordHash, now } = redeeming;
  if (link.kind === 'set-up') return addFirstAdministrator(trx, { input, passwordHash, now });
  const setsPassword = link.kind !== 'sign-in' && passwordHash !== null;
  await trx
    .updateTable('people')
    .set({
      state: 'active',
      ...(setsPassword ? { password_hash: passwordHash } : {}),
      ...(link.kind === 'invitation' && input.name !== undefined
        ? { name: input.name.trim() }
        : {}),
    })
    .where('id', '=', link.person_id)
    .execute();
  const person = await findPerson(trx, link.person_id ?? '');
  if (person === undefined) return refuse('link_spent');
  if (setsPassword) {
    await record(trx, {
      kind: 'password.changed',
      at: now,
      actorId: link.via === 'operator' ? null : person.id,
      subjectId: person.id,
      detail: { by: link.kind, via: link.via },
    });
  }
  return done(person);
}

async function addFirstAdministrator(
  trx: Trx,
  first: { readonly input: LinkRedeem; readonly passwordHash: string | null; readonly now: number },
): Promise<Result<PersonRow>> {
  const { input, passwordHash, now } = first;
  if (await hasAdministrator(trx)) return refuse('already_set_up');
  const { email = '', name = '' } = input;
  if ((await findPersonByEmail(trx, email)) !== undefined) {
    return refuse('invalid_input', {
      at: '/email',
      detail: 'Somebody has this address already; choose another for the first administrator.',
    });
  }
  const person = await addPerson(trx, {
    email,
    name,
    state: 'active',
    now,
    isAdministrator: true,
    ...(passwordHash === null ? {} : { passwordHash }),
  });
  await record(trx, { kind: 'set-up', at: now, actorId: person.id, subjectId: person.id });
  return done(person);
}

/** Spends the link, and with it every other one that could do the same again. */
async function spend(trx: Trx, link: UsableLink, now: number): Promise<void> {
  await trx
    .updateTable('links')
    .set({ spent_at: now })
    .where('spent_at', 'is', null)
    .where('kind', '=', link.kind)
    .$if(link.person_id !== null, (query) => query.where('person_id', '=', link.person_id))
    .execute();
}
