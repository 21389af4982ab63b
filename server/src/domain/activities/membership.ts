import type { Member, MemberPut } from '@plenary/protocol';
import { record } from '../audit.ts';
import { postMails, queueMail, type Outgoing } from '../mail/outgoing.ts';
import { fromTimestamp } from '../moments.ts';
import { addPerson, findPersonByEmail, type PersonRow } from '../people/people.ts';
import { done, refuse, type Refusal, type Result } from '../result.ts';
import { issueLink } from '../sign-in/links.ts';
import type { Trx, Workspace } from '../workspace.ts';
import { countOtherChairs, findMember, noteRightsChanged } from './members.ts';
import { roleOf, writeMembership, wrongDocuments } from './write-membership.ts';

/** Somebody's place in an activity, as a chair sets it. */
export interface MembershipChange {
  readonly activityId: string;
  readonly by: { readonly personId: string; readonly name: string };
  readonly email: string;
}

/** A member who was set, and whether they are new to the activity. */
export interface MemberSet {
  readonly member: Member;
  readonly isNew: boolean;
}

/**
 * Gives an address a role in an activity. An unknown address is invited: the person exists from now
 * on, and a link is mailed to them (again, when they have not opened the first). Refuses to leave
 * the activity without a chair.
 */
export async function setMember(
  ws: Workspace,
  change: MembershipChange,
  input: MemberPut,
): Promise<Result<MemberSet>> {
  const until = readUntil(input);
  if (typeof until === 'object' && until !== null) return until;
  const { activityId, by } = change;
  const now = ws.clock.now();
  const result = await ws.db.transaction().execute(async (trx) => {
    const wrong = await wrongDocuments(trx, activityId, input);
    if (wrong !== null) return wrong;
    const known = await findPersonByEmail(trx, change.email);
    if (known?.state === 'disabled') {
      return refuse('forbidden', { detail: 'An administrator has shut this person out.' });
    }
    const person = known ?? (await addPerson(trx, { email: change.email, state: 'invited', now }));
    const before = await roleOf(trx, activityId, person.id);
    if (before === 'chair' && input.role !== 'chair') {
      if ((await countOtherChairs(trx, activityId, person.id)) === 0) return refuse('last_chair');
    }
    await writeMembership(
      trx,
      { activityId, personId: person.id, by: by.personId, until, now },
      input,
    );
    await record(trx, {
      kind: 'member.set',
      at: now,
      actorId: by.personId,
      subjectId: person.id,
      detail: { activityId, role: input.role, until },
    });
    const isNew = before === undefined;
    // An invitation that is sent again changes no rights; who is new has nothing open yet.
    const changesRights = !isNew && (before !== input.role || input.role === 'reviewer');
    const chapterIds = changesRights ? await noteRightsChanged(trx, activityId) : [];
    const mail = await tellMember(trx, ws, { activityId, by: by.name, person, isNew, now });
    const member = await findMember(trx, activityId, person.id);
    return member === undefined
      ? refuse('not_found')
      : done({ member, isNew, chapterIds, mails: mail === null ? [] : [mail] });
  });
  if (!result.ok) return result;
  const { member, isNew, chapterIds, mails } = result.value;
  await postMails(ws, mails);
  publishMembership(ws, activityId, member.personId, chapterIds);
  return done({ member, isNew });
}

/** Takes somebody out of an activity: what they have open closes at once. */
export async function removeMember(ws: Workspace, change: MembershipChange): Promise<Result<null>> {
  const { activityId, by } = change;
  const now = ws.clock.now();
  const result = await ws.db.transaction().execute(async (trx) => {
    const person = await findPersonByEmail(trx, change.email);
    const role = person === undefined ? undefined : await roleOf(trx, activityId, person.id);
    if (person === undefined || role === undefined) return refuse('not_found');
    if (role === 'chair' && (await countOtherChairs(trx, activityId, person.id)) === 0) {
      return refuse('last_chair');
    }
    await trx
      .deleteFrom('memberships')
      .where('activity_id', '=', activityId)
      .where('person_id', '=', person.id)
      .execute();
    await record(trx, {
      kind: 'member.removed',
      at: now,
      actorId: by.personId,
      subjectId: person.id,
      detail: { activityId },
    });
    const chapterIds = await noteRightsChanged(trx, activityId);
    return done({ personId: person.id, chapterIds });
  });
  if (!result.ok) return result;
  publishMembership(ws, activityId, result.value.personId, result.value.chapterIds);
  return done(null);
}

function publishMembership(
  ws: Workspace,
  activityId: string,
  personId: string,
  chapterIds: readonly string[],
): void {
  if (chapterIds.length > 0) ws.news.publish({ type: 'rights', chapterIds });
  ws.news.publish({ type: 'membership', activityId, personId });
  ws.news.publish({ type: 'activities', personIds: [personId] });
  ws.news.publish({ type: 'activity', activityId });
}

/** The end of a reviewer's invitation; documents and an end are for reviewers alone. */
function readUntil(input: MemberPut): number | null | Refusal {
  if (input.role !== 'reviewer') return null;
  if (input.documents === undefined || input.documents.length === 0) {
    const detail = 'A reviewer needs the documents to review.';
    return refuse('invalid_input', { at: '/documents', detail });
  }
  if (input.until === undefined || input.until === null) return null;
  const until = fromTimestamp(input.until);
  if (until !== null) return until;
  return refuse('invalid_input', {
    at: '/until',
    detail: 'Not a moment such as 2026-12-31T23:59Z.',
  });
}

/** Mails an invitation to who has not been here yet, and a note to who has; null when there is no news. */
async function tellMember(
  trx: Trx,
  ws: Workspace,
  news: {
    readonly activityId: string;
    readonly by: string;
    readonly person: PersonRow;
    readonly isNew: boolean;
    readonly now: number;
  },
): Promise<Outgoing | null> {
  const { activityId, by, person, now } = news;
  const { publicUrl, sendsMail } = ws;
  const { title: activity } = await trx
    .selectFrom('activities')
    .select('title')
    .where('id', '=', activityId)
    .executeTakeFirstOrThrow();
  if (person.state === 'invited') {
    const link = await issueLink(trx, {
      kind: 'invitation',
      personId: person.id,
      activityId,
      via: 'link',
      now,
      publicUrl,
    });
    const content = { kind: 'invitation', by, activity, url: link.url } as const;
    return queueMail(trx, { to: person, content, linkId: link.id, now, sendsMail });
  }
  if (!news.isNew) return null;
  const url = `${publicUrl}/activities/${activityId}`;
  const content = { kind: 'added', by, activity, url } as const;
  return queueMail(trx, { to: person, content, now, sendsMail });
}
