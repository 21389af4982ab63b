import { record } from './audit.ts';
import { postMails, queueMail } from './mail/outgoing.ts';
import { addPerson, findPersonByEmail, type PersonRow } from './people/people.ts';
import { done, refuse, type Result } from './result.ts';
import { issueToken } from './sign-in/api-tokens.ts';
import { issueLink, type NewLink } from './sign-in/links.ts';
import type { Trx, Workspace } from './workspace.ts';

// What the operator does at the machine's command line. Everything here is recorded, told to the
// person by mail, and marks the sessions and tokens it leads to with `via: 'operator'`.

/** What `user create` prints. */
export interface OperatorLink extends NewLink {
  readonly personId: string;
  /** False when the person existed: they keep their name, and only a link was issued. */
  readonly isNew: boolean;
}

/**
 * Creates a person (or finds the one with this address) and issues a one-time sign-in link. With
 * `isAdministrator` the person becomes one; without it an administrator stays one. Refuses a person
 * who is shut out.
 */
export async function createUserByOperator(
  ws: Workspace,
  input: { readonly email: string; readonly name: string; readonly isAdministrator: boolean },
): Promise<Result<OperatorLink>> {
  const { publicUrl, sendsMail, clock } = ws;
  const now = clock.now();
  const result = await ws.db.transaction().execute(async (trx) => {
    const known = await findPersonByEmail(trx, input.email);
    if (known?.state === 'disabled') {
      return refuse('forbidden', { detail: 'An administrator has shut this person out.' });
    }
    const person = known ?? (await addPerson(trx, { ...input, state: 'active', now }));
    const base = { at: now, actorId: null, subjectId: person.id };
    if (known === undefined) await record(trx, { ...base, kind: 'person.created' });
    await activate(trx, person, input.isAdministrator);
    if (input.isAdministrator && person.is_administrator === 0) {
      await record(trx, { ...base, kind: 'administrator.granted' });
    }
    const link = await issueLink(trx, {
      kind: 'sign-in',
      personId: person.id,
      via: 'operator',
      now,
      publicUrl,
    });
    await record(trx, { ...base, kind: 'link.issued' });
    const content = { kind: 'operator-link' } as const;
    const mail = await queueMail(trx, { to: person, content, now, sendsMail });
    return done({ link, mail, personId: person.id, isNew: known === undefined });
  });
  if (!result.ok) return result;
  const { link, mail, personId, isNew } = result.value;
  await postMails(ws, [mail]);
  return done({ ...link, personId, isNew });
}

/** Issues an API token for a person, to be printed once. `not_found` when nobody has the address. */
export async function createTokenByOperator(
  ws: Workspace,
  input: { readonly email: string; readonly label?: string },
): Promise<Result<{ readonly token: string; readonly tokenId: string }>> {
  const { sendsMail, clock } = ws;
  const now = clock.now();
  const result = await ws.db.transaction().execute(async (trx) => {
    const person = await findPersonByEmail(trx, input.email);
    if (person === undefined) {
      return refuse('not_found', { detail: 'Nobody has this address; create the user first.' });
    }
    if (person.state === 'disabled') {
      return refuse('forbidden', { detail: 'An administrator has shut this person out.' });
    }
    await activate(trx, person, false);
    const issued = await issueToken(trx, {
      personId: person.id,
      label: input.label ?? 'Issued by the operator',
      via: 'operator',
      now,
    });
    await record(trx, { kind: 'token.issued', at: now, actorId: null, subjectId: person.id });
    const content = { kind: 'operator-token' } as const;
    const mail = await queueMail(trx, { to: person, content, now, sendsMail });
    return done({ issued, mail });
  });
  if (!result.ok) return result;
  await postMails(ws, [result.value.mail]);
  return done({ token: result.value.issued.token, tokenId: result.value.issued.id });
}

async function activate(trx: Trx, person: PersonRow, isAdministrator: boolean): Promise<void> {
  await trx
    .updateTable('people')
    .set({ state: 'active', ...(isAdministrator ? { is_administrator: 1 } : {}) })
    .where('id', '=', person.id)
    .execute();
}
