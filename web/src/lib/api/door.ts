import type { LinkInfo, LinkRedeem, Session, SetUpState, SignIn } from '@plenary/protocol';
import { call } from '#lib/api/client.ts';

/** Who is signed in here. Fails with `unauthenticated` when nobody is. */
export const readSession = (): Promise<Session> => call('GET', '/session');

/** Signs in with a password. An unknown address and a wrong password answer alike. */
export const signIn = (input: SignIn): Promise<Session> =>
  call('POST', '/session', { json: input });

/** Ends the session of this browser. */
export const signOut = (): Promise<void> => call('DELETE', '/session');

/** Whether the first administrator is still missing. */
export const readSetUp = (): Promise<SetUpState> => call('GET', '/setup');

/** Asks for a reset link; the answer does not tell whether the address is known. */
export const requestPasswordReset = (email: string): Promise<void> =>
  call('POST', '/password-reset', { json: { email } });

/** What a one-time link is for. Looking does not spend it. */
export const inspectLink = (token: string): Promise<LinkInfo> =>
  call('POST', '/links/inspect', { json: { token } });

/** Spends a one-time link and signs in. */
export const redeemLink = (input: LinkRedeem): Promise<Session> =>
  call('POST', '/links/redeem', { json: input });
