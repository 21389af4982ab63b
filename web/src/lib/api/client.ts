import { takeEarlyAnswer } from '#lib/api/early-answers.ts';
import { problemFrom, ProblemError } from '#lib/api/problem-error.ts';

/** Asks the API and returns the parsed answer, or `undefined` for an answer without a body. */
export type Call = <Answer>(method: Method, path: string, options?: CallOptions) => Promise<Answer>;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `json` or `form` is the body; `signal` abandons the call. */
export interface CallOptions {
  readonly json?: unknown;
  readonly form?: FormData;
  readonly signal?: AbortSignal;
}

const BASE = '/api/v1';

/**
 * The one way from the page to the API. The answer is trusted to have the shape its schema declares:
 * it comes from our own origin, whose answers are serialised by the same schemas.
 *
 * @throws {ProblemError} for every answer that is not a success, and with code `offline` when there
 *   was none.
 */
export const call: Call = async <Answer>(
  method: Method,
  path: string,
  { json, form, signal }: CallOptions = {},
): Promise<Answer> => {
  let response = method === 'GET' ? await takeEarlyAnswer(path) : null;
  try {
    response ??= await fetch(BASE + path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json, application/problem+json',
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(form !== undefined && { body: form }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ProblemError('offline', { cause });
  }
  if (!response.ok) throw await problemFrom(response);
  if (response.status === 204 || response.headers.get('content-length') === '0') {
    return undefined as Answer;
  }
  const text = await response.text();
  if (text === '') return undefined as Answer;
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw new ProblemError('unintelligible', { status: response.status, cause });
  }
};

/** One segment of a path, whatever it holds. */
export function segment(value: string): string {
  return encodeURIComponent(value);
}
