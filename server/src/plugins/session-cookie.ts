import type { FastifyReply } from 'fastify';
import type { NewSession } from '../domain/sign-in/sessions.ts';

/**
 * Name of the session's cookie. Without a domain it belongs to one host alone, so that people on
 * `ana.localhost` and `bjorn.localhost` are signed in side by side.
 */
export const SESSION_COOKIE = 'plenary_session';

/** The cookie outlives the session, which is extended by use; the server decides when it is over. */
const COOKIE_AGE_S = 400 * 24 * 60 * 60;

/** Gives the browser the session: not for scripts, not for requests from other sites. */
export function setSessionCookie(
  reply: FastifyReply,
  session: Pick<NewSession, 'secret'>,
  isHttps: boolean,
): void {
  reply.setCookie(SESSION_COOKIE, session.secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps,
    maxAge: COOKIE_AGE_S,
  });
}

/** Takes the session from the browser. */
export function clearSessionCookie(reply: FastifyReply, isHttps: boolean): void {
  reply.clearCookie(SESSION_COOKIE, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps,
  });
}

/** The session's secret in a `Cookie` header; null when there is none. For requests outside Fastify. */
export function readSessionCookie(header: string | undefined): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === SESSION_COOKIE && value !== undefined) return value.trim();
  }
  return null;
}
