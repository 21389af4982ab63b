import { PROBLEMS, Problem, type ProblemCode } from '@plenary/protocol';
import { Type, type TSchema } from 'typebox';
import type { Result } from '../domain/result.ts';
import { ProblemError } from '../problem-error.ts';

/** The value of a result; a refusal becomes the problem it names. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { code, detail, at } = result;
  throw new ProblemError(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(at === undefined ? {} : { at }),
  });
}

/** Problems that every call with input, a person and a thing can answer with. */
const USUAL = ['malformed', 'rate_limited', 'unavailable', 'storage_full'] as const;

/** An answer that is a file: its media types, for the description alone. */
export function fileAnswer(...mediaTypes: readonly string[]) {
  const schema = Type.Unsafe({ type: 'string', format: 'binary' });
  return {
    description: 'The file',
    content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])),
  };
}

/** Declares a call's answers: those of success by status, and the problems it can answer with. */
export function answers<S extends Record<number, TSchema | ReturnType<typeof fileAnswer>>>(
  success: S,
  ...codes: readonly ProblemCode[]
): S {
  const problems: Record<number, unknown> = {};
  const all = [...new Set<ProblemCode>([...codes, ...USUAL])];
  for (const status of new Set(all.map((code) => PROBLEMS[code].status))) {
    const named = all.filter((code) => PROBLEMS[code].status === status);
    problems[status] = {
      description: named.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
      content: { 'application/problem+json': { schema: Problem } },
    };
  }
  // Handlers answer with values of `S` alone: problems are thrown and sent by the error handler.
  return { ...success, ...problems };
}
