import { Type, type Static } from 'typebox';

/** An error as every call of the API answers it (RFC 9457, `application/problem+json`). */
export const Problem = Type.Object({
  type: Type.String({ description: 'urn:plenary:problem:<code>' }),
  title: Type.String({ description: 'What this kind of problem is, in English' }),
  status: Type.Integer(),
  /** Stable word from the table in problems.ts; choose messages by this. */
  code: Type.String(),
  /** What happened this time and what to do next, in English. */
  detail: Type.Optional(Type.String()),
  /** For `invalid_input`: where in the input, as a JSON pointer. */
  at: Type.Optional(Type.String()),
  /** For `rate_limited` and `unavailable`: seconds to wait. */
  retryAfter: Type.Optional(Type.Integer()),
});
export type Problem = Static<typeof Problem>;
