import type { ProblemCode, problem } from '@plenary/protocol';

/**
 * Thrown by hooks and handlers to answer with a problem from the table; the error handler turns it
 * into `application/problem+json`.
 */
export class ProblemError extends Error {
  readonly problemCode: ProblemCode;
  readonly more: NonNullable<Parameters<typeof problem>[1]>;

  constructor(
    code: ProblemCode,
    more: NonNullable<Parameters<typeof problem>[1]> = {},
    options?: ErrorOptions,
  ) {
    super(more.detail ?? code, options);
    this.problemCode = code;
    this.more = more;
  }
}
