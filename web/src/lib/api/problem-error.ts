import type { Problem, ProblemCode } from '@plenary/protocol';

/** Codes that only this side knows: the server did not answer, or not in our words. */
export type ClientCode = 'offline' | 'unintelligible';

/** Why a call failed, as every screen handles it: the server's problem, or that there was no answer. */
export class ProblemError extends Error {
  /** Stable word that chooses what the person is told. */
  readonly code: ProblemCode | ClientCode;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Where in the input, as a JSON pointer, when the server named a place. */
  readonly at: string | undefined;
  /** Seconds to wait before trying again, when the server named them. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ProblemCode | ClientCode,
    more: { status?: number; at?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(code, { cause: more.cause });
    this.name = 'ProblemError';
    this.code = code;
    this.status = more.status ?? 0;
    this.at = more.at;
    this.retryAfter = more.retryAfter;
  }
}

/**
 * Reads a failed answer. What is not a problem document (a proxy's page, an empty body) becomes
 * `unintelligible` with its status, never an exception of its own.
 */
export async function problemFrom(response: Response): Promise<ProblemError> {
  const { status } = response;
  let body: unknown;
  try {
    body = await response.json();
  } catch (cause) {
    return new ProblemError('unintelligible', { status, cause });
  }
  if (!isProblem(body)) return new ProblemError('unintelligible', { status });
  return new ProblemError(body.code as ProblemCode, {
    status,
    ...(body.at !== undefined && { at: body.at }),
    ...(body.retryAfter !== undefined && { retryAfter: body.retryAfter }),
  });
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
  );
}
