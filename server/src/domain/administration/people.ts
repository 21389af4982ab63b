import type { Invitation, IssuedLink, PersonEntry, PersonEntryPatch } from '@plenary/protocol';
import { record } from '../audit.ts';
import { postMails, queueMail } from '../mail/outgoing.ts';
import { toTimestamp } from '../moments.ts';
import { addPerson, findPerson, findPersonByEmail, type PersonRow } from '../people/people.ts';
import { done, refuse, type Result } from '../result.ts';
import { issueLink, voidLinks } from '../sign-in/links.ts';
import { deleteSessions } from '../sign-in/sessions.ts';
import type { Trx, Workspace } from '../workspace.ts';
import { toPersonEntry } from './list-people.ts';

/** The administrator who acts. */
export interface Administrator {
  readonly personId: string;
  readonly name: string;
}

/** Invites a person by mail, or again when they have not opened the link yet. */
export async function invitePerson(
  ws: Workspace,
  by: Administrator,
  input: Invitation,
): Promise<Result<PersonEntry>> {
  const { publicUrl, sendsMail, clock } = ws;
  const now = clock.now();
  const result = await ws.db.transaction().execute(async (trx) => {
    const known = await findPersonByEmail(trx, input.email);
    if (known !== undefined && known.state !== 'invited') {
      const detail = 'Somebody with this address is here already.';
      return refuse('invalid_input', { at: '/email', detail });
    }
    const person = known ?? (await addPerson(trx, { ...input, state: 'invited', now }));
    const acted = { at: now, actorId: by.personId, subjectId: person.id };
    await record(trx, { ...acted, kind: 'person.invited' });
    if (known === undefined && input.isAdministrator === true) {
      await record(trx, { ...acted, kind: 'administrator.granted' });
    }
    const link = await issueLink(trx, {
      kind: 'invitation',
      personId: person.id,
      via: 'link',
      now,
      publicUrl,
    });
    const content = { kind: 'invitation', by: by.name, activity: null, url: link.url } as const;
    const mail = await queueMail(trx, { to: person, content, linkId: link.id, now, sendsMail });
    return done({ person, mail });
  });
  if (!result.ok) return result;
  await postMails(ws, [result.value.mail]);
  return done(toPersonEntry(result.value.person));
}

/**
 * Makes somebody an administrator or no longer one, shuts them out or lets them in again. Shutting
 * out ends all sessions, tokens, links and open connections at once. The last administrator stays.
 */
export async function patchPerson(
  ws: Workspace,
  by: Administrator,
  change: { readonly personId: string; readonly patch: PersonEntryPatch },
): Promise<Result<PersonEntry>> {
  const { personId, patch } = change;
  const result = await ws.db.transaction().execute(async (trx) => {
    const person = await findPerson(trx, personId);
    if (person === undefined) return refuse('not_found');
    const losesOne =
      person.is_administrator === 1 && (patch.isAdministrator === false || patch.disabled === true);
    if (losesOne && !(await hasOtherAdministrator(trx, personId))) {
      return refuse('last_administrator');
    }
    await applyPatch(trx, { person, by, patch, now: ws.clock.now() });
    return done(await findPerson(trx, personId));
  });
  if (!result.ok) return result;
  if (result.value === undefined) return refuse('not_found');
  if (patch.disabled === true) {
    ws.news.publish({ type: 'sessions-ended', personId, sessionIds: null });
  }
  return done(toPersonEntry(result.value));
}

/**
 * Issues a link with which a person chooses a new password, for the administrator to hand on. The
 * person is told, and what is done through it is marked as the operator's.
 */
export async function issueLinkByAdministrator(
  ws: Workspace,
  by: Administrator,
  personId: string,
): Promise<Result<IssuedLink>> {
  const { publicUrl, sendsMail, clock } = ws;
  const now = clock.now();
  const result = await ws.db.transaction().execute(async (trx) => {
    const person = await findPerson(trx, personId);
    if (person === undefined || person.state === 'disabled') return refuse('not_found');
    const kind = person.state === 'invited' ? 'invitation' : 'password-reset';
    const link = await issueLink(trx, { kind, personId, via: 'operator', now, publicUrl });
    await record(trx, { kind: 'link.issued', at: now, actorId: by.personId, subjectId: personId });
    const content = { kind: 'operator-link' } as const;
    return done({ link, mail: await queueMail(trx, { to: person, content, now, sendsMail }) });
  });
  if (!result.ok) return result;
  const { link, mail } = result.value;
  await postMails(ws, [mail]);
  return done({ url: link.url, expiresAt: toTimestamp(link.expiresAt) });
}

async function applyPatch(
  trx: Trx,
  change: {
    readonly person: PersonRow;
    readonly by: Administrator;
    readonly patch: PersonEntryPatch;
    readonly now: number;
  },
): Promise<void> {
  const { person, by, patch, now } = change;
  const acted = { at: now, actorId: by.personId, subjectId: person.id };
  const isAdministrator = person.is_administrator === 1;
  if (patch.isAdministrator !== undefined && patch.isAdministrator !== isAdministrator) {
    await trx
      .updateTable('people')
      .set({ is_administrator: patch.isAdministrator ? 1 : 0 })
      .where('id', '=', person.id)
      .execute();
    const kind = patch.isAdministrator ? 'administrator.granted' : 'administrator.revoked';
    await record(trx, { ...acted, kind });
  }
  if (patch.disabled === true && person.state !== 'disabled') {
    await trx
      .updateTable('people')
      .set({ state: 'disabled' })
      .where('id', '=', person.id)
      .execute();
    await deleteSessions(trx, person.id);
    await voidLinks(trx, person.id, now);
    await trx.deleteFrom('api_tokens').where('person_id', '=', person.id).execute();
    await record(trx, { ...acted, kind: 'person.disabled' });
  }
  if (patch.disabled === false && person.state === 'disabled') {
    // Without a password there is nothing to come back with: the person is invited anew.
    const state = person.password_hash === null ? 'invited' : 'active';
    await trx.updateTable('people').set({ state }).where('id', '=', person.id).execute();
    await record(trx, { ...acted, kind: 'person.enabled' });
  }
}

async function hasOtherAdministrator(trx: Trx, personId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('people')
    .select('id')
    .where('is_administrator', '=', 1)
    .where('state', '=', 'active')
    .where('id', '!=', personId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
