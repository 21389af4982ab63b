import type {
  Activity,
  ActivityDetails,
  DocumentDetails,
  Member,
  MemberPut,
  NewActivity,
  NewDocument,
} from '@plenary/protocol';
import { call, segment } from '#lib/api/client.ts';

/** The activities the person is in. */
export const listActivities = async (): Promise<readonly Activity[]> =>
  (await call<{ items: Activity[] }>('GET', '/activities')).items;

/** Starts an activity, with the asker as its chair. */
export const createActivity = (input: NewActivity): Promise<Activity> =>
  call('POST', '/activities', { json: input });

/** One activity with its people and documents. */
export const readActivity = (id: string): Promise<ActivityDetails> =>
  call('GET', `/activities/${segment(id)}`);

/** Renames an activity. */
export const renameActivity = (id: string, title: string): Promise<ActivityDetails> =>
  call('PATCH', `/activities/${segment(id)}`, { json: { title } });

/** Gives somebody a role; an address nobody has is invited. */
export const putMember = (id: string, email: string, input: MemberPut): Promise<Member> =>
  call('PUT', `/activities/${segment(id)}/members/${segment(email)}`, { json: input });

/** Takes somebody out of an activity. */
export const removeMember = (id: string, email: string): Promise<void> =>
  call('DELETE', `/activities/${segment(id)}/members/${segment(email)}`);

/** Starts a document in an activity. */
export const createDocument = (id: string, input: NewDocument): Promise<DocumentDetails> =>
  call('POST', `/activities/${segment(id)}/documents`, { json: input });
