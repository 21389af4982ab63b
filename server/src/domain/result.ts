import type { ProblemCode } from '@plenary/protocol';

/** An expected failure: the code from the table of problems and what to tell the person. */
export interface Refusal {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly detail?: string;
  /** JSON pointer into the input. */
  readonly at?: string;
}

/** What a domain function answers: a value, or why there is none. Broken contracts throw instead. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

/** A successful result. */
export function done<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A refusal with a code from the table of problems. */
export function refuse(
  code: ProblemCode,
  more: { readonly detail?: string; readonly at?: string } = {},
): Refusal {
  return { ok: false, code, ...more };
}
