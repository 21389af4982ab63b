import type {
  Invitation,
  IssuedLink,
  MailEntry,
  MailMessage,
  PeoplePage,
  PersonEntry,
  PersonEntryPatch,
} from '@plenary/protocol';
import { call, segment } from '#lib/api/client.ts';

/** Everybody who has an account or an invitation, and whose name or address holds `query`; by pages. */
export function listPeople(page: {
  readonly query: string;
  readonly after: string | null;
}): Promise<PeoplePage> {
  const wanted = new URLSearchParams();
  if (page.query !== '') wanted.set('query', page.query);
  if (page.after !== null) wanted.set('after', page.after);
  return call('GET', `/admin/people?${wanted.toString()}`);
}

/** Invites somebody; they get a link by mail. */
export const invitePerson = (input: Invitation): Promise<PersonEntry> =>
  call('POST', '/admin/people', { json: input });

/** Makes somebody an administrator or not, disables or enables their account. */
export const patchPerson = (id: string, input: PersonEntryPatch): Promise<PersonEntry> =>
  call('PATCH', `/admin/people/${segment(id)}`, { json: input });

/** Makes a one-time link for somebody, who is told of it. */
export const issueLink = (id: string): Promise<IssuedLink> =>
  call('POST', `/admin/people/${segment(id)}/link`);

/** Messages sent, waiting or kept. */
export const listMail = async (): Promise<readonly MailEntry[]> =>
  (await call<{ items: MailEntry[] }>('GET', '/admin/mail')).items;

/** One message with its text. Opening it is recorded and told to the person it is for. */
export const readMail = (id: string): Promise<MailMessage> =>
  call('GET', `/admin/mail/${segment(id)}`);
