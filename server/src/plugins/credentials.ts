import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../domain/sign-in/identify.ts';
import { readSessionCookie } from './session-cookie.ts';

/** Longest secret that is looked at; ours have 43 characters. */
const SECRET_MAX_LENGTH = 128;

/** What the headers of a request say about who sends it; a bearer token goes before a cookie. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | null {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) {
    const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    return secret === undefined ? null : bounded({ kind: 'token', secret });
  }
  const secret = readSessionCookie(cookie);
  return secret === null ? null : bounded({ kind: 'session', secret });
}

function bounded(credentials: Credentials): Credentials | null {
  const { length } = credentials.secret;
  return length > 0 && length <= SECRET_MAX_LENGTH ? credentials : null;
}

/**
 * Whether a request comes from one of our own pages, or from no page at all. Browsers name the
 * origin in every unsafe request and in every WebSocket handshake; what has neither `Origin` nor
 * `Sec-Fetch-Site` is a program. (The check that Go's `net/http.CrossOriginProtection` describes.)
 */
export function isFromOurPages(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none';
  const url = URL.parse(origin);
  if (url === null) return false;
  return url.host === host || url.origin === publicUrl;
}
