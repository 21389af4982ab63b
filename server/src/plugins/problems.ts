import { PROBLEMS, problem, type Problem, type ProblemCode } from '@plenary/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { isStorageRefusal } from '../adapters/sql/storage-refusal.ts';
import { ProblemError } from '../problem-error.ts';

/** Media type of RFC 9457. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Seconds to wait before asking again when the server is overloaded for a moment. */
const RETRY_AFTER_S = 2;

/** Answers every error as `application/problem+json` (RFC 9457) with a code from the table. */
export const problems = fastifyPlugin(
  async (app) => {
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const body = toProblem(error);
      if (body.status === PROBLEMS.internal.status) request.log.error({ err: error }, 'failed');
      else if (body.status > 500) request.log.warn({ err: error }, body.title);
      return sendProblem(reply, body);
    });
  },
  { name: 'problems' },
);

/** Sends a problem with its own status and media type. */
export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  if (body.retryAfter !== undefined) reply.header('retry-after', body.retryAfter);
  return reply.code(body.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
}

/** The answer to a request for which there is no route. */
export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, problem('not_found'));
}

/** The problem an error is told as. What is not expected is `internal`, without its message. */
export function toProblem(error: FastifyError | ProblemError | Error): Problem {
  if (error instanceof ProblemError) return problem(error.problemCode, error.more);
  if ('validation' in error && Array.isArray(error.validation)) return invalidInput(error);
  const code = codeOf(error);
  if (code === 'unavailable') return problem(code, { retryAfter: RETRY_AFTER_S });
  const isTold = code === 'malformed' || code === 'unsupported_media_type';
  return problem(code, isTold ? { detail: error.message } : {});
}

function invalidInput(error: FastifyError): Problem {
  const [first] = error.validation ?? [];
  return problem('invalid_input', {
    detail: error.message,
    ...(first === undefined ? {} : { at: first.instancePath }),
  });
}

function codeOf(error: Error): ProblemCode {
  if (isStorageRefusal(error)) return 'storage_full';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  switch (code) {
    case 'DATABASE_BUSY':
    case 'TRANSACTION_TIMEOUT':
    case 'WORKER_GONE':
    case 'SQLITE_BUSY':
    case 'DATABASE_AWAY':
    // PostgreSQL: undone for a conflict, a lock not to be had, a statement that took too long.
    case '40001':
    case '40P01':
    case '55P03':
    case '57014':
      return 'unavailable';
    // PostgreSQL: a character that no text of it can hold.
    case '22021':
      return 'invalid_input';
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EROFS':
      return 'storage_full';
    // An address that leads out of the folder, or that no file can have: nothing is there.
    case 'FST_STATIC_FORBIDDEN_PATH':
      return 'not_found';
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return 'unsupported_media_type';
    default:
      return codeOfStatus('statusCode' in error ? error.statusCode : undefined);
  }
}

/** Fastify and its plugins throw errors that carry a status. */
function codeOfStatus(status: unknown): ProblemCode {
  switch (status) {
    case 400:
      return 'malformed';
    case 401:
      return 'unauthenticated';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 405:
      return 'method_not_allowed';
    case 413:
      return 'too_large';
    case 415:
      return 'unsupported_media_type';
    case 429:
      return 'rate_limited';
    case 503:
      return 'unavailable';
    default:
      return 'internal';
  }
}
