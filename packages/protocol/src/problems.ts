import type { Problem } from './schemas/problem.ts';

/**
 * Every problem the HTTP API answers with: its status and what the kind is. The code is stable: it
 * chooses the message a person sees. 501 `not_available` marks calls of the contract that this
 * version does not have yet.
 */
export const PROBLEMS = {
  malformed: { status: 400, title: 'The request could not be read' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  wrong_credentials: { status: 401, title: 'The address or the password is wrong' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  cross_origin: { status: 403, title: 'The request came from another site' },
  not_found: { status: 404, title: 'There is nothing here that you may see' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  last_chair: { status: 409, title: 'An activity keeps at least one chair' },
  last_administrator: { status: 409, title: 'The system keeps at least one administrator' },
  already_set_up: { status: 409, title: 'The first administrator exists already' },
  link_spent: { status: 410, title: 'The link was used, replaced or has expired' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'This kind of content is not accepted' },
  unsupported_file: { status: 415, title: 'This kind of file is not accepted' },
  invalid_input: { status: 422, title: 'A value is missing, too long or of the wrong kind' },
  too_many_chapters: { status: 422, title: 'The document has as many chapters as it may have' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  not_available: { status: 501, title: 'This version does not have this call yet' },
  unavailable: { status: 503, title: 'The server cannot do this now' },
  storage_full: { status: 507, title: 'The server cannot store anything now' },
} as const satisfies Record<string, { status: number; title: string }>;

/** A code from the table of problems. */
export type ProblemCode = keyof typeof PROBLEMS;

/** The body of a problem answer. `detail` is for people: no secret, no text of a document. */
export function problem(
  code: ProblemCode,
  more: { detail?: string; at?: string; retryAfter?: number } = {},
): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:plenary:problem:${code}`, title, status, code, ...more };
}
