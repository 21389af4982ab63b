import { m } from '#messages';
import { ProblemError } from '#lib/api/problem-error.ts';

/** Seconds named when the server asked to wait without saying how long. */
const DEFAULT_WAIT_S = 60;

/**
 * What a person is told when something failed: what happened, what is safe, what to do next. Any
 * other value than a `ProblemError` reads as a fault of the server.
 */
export function problemText(error: unknown): string {
  if (!(error instanceof ProblemError)) return m.problem_server();
  switch (error.code) {
    case 'offline':
      return m.problem_offline();
    case 'unintelligible':
      return error.status >= 500 ? m.problem_server() : m.problem_unintelligible();
    case 'unauthenticated':
      return m.problem_unauthenticated();
    case 'wrong_credentials':
      return m.problem_wrong_credentials();
    case 'forbidden':
    case 'cross_origin':
      return m.problem_forbidden();
    case 'not_found':
      return m.problem_not_found();
    case 'last_chair':
      return m.problem_last_chair();
    case 'last_administrator':
      return m.problem_last_administrator();
    case 'already_set_up':
      return m.problem_already_set_up();
    case 'link_spent':
      return m.problem_link_spent();
    case 'too_large':
      return m.problem_too_large();
    case 'unsupported_file':
    case 'unsupported_media_type':
      return m.problem_unsupported_file();
    case 'invalid_input':
    case 'malformed':
      return m.problem_invalid_input();
    case 'too_many_chapters':
      return m.problem_too_many_chapters();
    case 'rate_limited':
      return m.problem_rate_limited({ seconds: error.retryAfter ?? DEFAULT_WAIT_S });
    case 'not_available':
    case 'method_not_allowed':
      return m.problem_not_available();
    case 'storage_full':
      return m.problem_storage_full();
    case 'internal':
    case 'unavailable':
      return m.problem_server();
    default:
      return unknownCode(error.code);
  }
}

/** A newer server may know codes that this page does not. */
function unknownCode(_code: never): string {
  return m.problem_server();
}
