import type {
  ApiToken,
  IssuedApiToken,
  OperatorAct,
  PasswordChange,
  Person,
  PersonPatch,
  SessionEntry,
} from '@plenary/protocol';
import { call, segment } from '#lib/api/client.ts';

/** Changes the person's own name, language or theme. */
export const patchMe = (input: PersonPatch): Promise<Person> =>
  call('PATCH', '/me', { json: input });

/** Chooses a new password; other sessions end. */
export const changePassword = (input: PasswordChange): Promise<void> =>
  call('PUT', '/me/password', { json: input });

/** The person's sessions, the asking one among them. */
export const listSessions = async (): Promise<readonly SessionEntry[]> =>
  (await call<{ items: SessionEntry[] }>('GET', '/me/sessions')).items;

/** Ends one of the person's sessions. */
export const endSession = (id: string): Promise<void> => call('DELETE', `/sessions/${segment(id)}`);

/** Ends all of the person's sessions, this one included. */
export const endAllSessions = (): Promise<void> => call('DELETE', '/sessions');

/** The person's API tokens, without their secrets. */
export const listTokens = async (): Promise<readonly ApiToken[]> =>
  (await call<{ items: ApiToken[] }>('GET', '/me/tokens')).items;

/** Makes an API token; the answer tells its secret, this once. */
export const createToken = (label: string): Promise<IssuedApiToken> =>
  call('POST', '/me/tokens', { json: { label } });

/** Revokes an API token. */
export const revokeToken = (id: string): Promise<void> =>
  call('DELETE', `/me/tokens/${segment(id)}`);

/** What operators and administrators did with this account. */
export const listOperatorActs = async (): Promise<readonly OperatorAct[]> =>
  (await call<{ items: OperatorAct[] }>('GET', '/me/operator-acts')).items;
