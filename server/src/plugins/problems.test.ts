import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerError } from '../adapters/threads/worker-messages.ts';
import { ProblemError } from '../problem-error.ts';
import { notDue } from './not-due.ts';
import { problems } from './problems.ts';

let app: FastifyInstance;
let thrown: Error;

beforeAll(async () => {
  app = Fastify({ bodyLimit: 100 });
  await app.register(problems);
  await app.register(notDue);
  app.get('/throws', () => {
    throw thrown;
  });
  app.post(
    '/checked',
    {
      schema: { body: { type: 'object', properties: { title: { type: 'string', maxLength: 3 } } } },
    },
    () => 'fine',
  );
});
afterAll(() => app.close());

async function answerTo(error: Error) {
  thrown = error;
  return app.inject('/throws');
}

describe('an error', () => {
  it.each([
    [new ProblemError('last_chair'), 409, 'last_chair'],
    [new WorkerError('full', 'SQLITE_FULL'), 507, 'storage_full'],
    [new WorkerError('read-only', 'SQLITE_READONLY'), 507, 'storage_full'],
    [Object.assign(new Error('no space'), { code: 'ENOSPC' }), 507, 'storage_full'],
    [Object.assign(new Error('too many'), { code: 'DATABASE_BUSY' }), 503, 'unavailable'],
    [Object.assign(new Error('slow'), { code: 'TRANSACTION_TIMEOUT' }), 503, 'unavailable'],
    [Object.assign(new Error('away'), { code: 'DATABASE_AWAY' }), 503, 'unavailable'],
    [Object.assign(new Error('deadlock'), { code: '40P01' }), 503, 'unavailable'],
    [Object.assign(new Error('disk full'), { code: '53100' }), 507, 'storage_full'],
    [Object.assign(new Error('read-only'), { code: '25006' }), 507, 'storage_full'],
    [Object.assign(new Error('media'), { statusCode: 415 }), 415, 'unsupported_media_type'],
    [new Error('a secret of the house'), 500, 'internal'],
  ])('%s is told as a problem from the table', async (error, status, code) => {
    const response = await answerTo(error);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(response.json()).toMatchObject({ type: `urn:plenary:problem:${code}`, status, code });
  });

  it('nobody foresaw does not show its message', async () => {
    expect((await answerTo(new Error('a secret of the house'))).body).not.toContain('secret');
  });

  it('that passes says when to ask again', async () => {
    const response = await answerTo(new ProblemError('rate_limited', { retryAfter: 7 }));
    expect(response.headers['retry-after']).toBe('7');
    expect(response.json()).toMatchObject({ retryAfter: 7 });
  });
});

describe('input', () => {
  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/checked', headers: { 'content-type': type }, payload });

  it('that does not fit says where', async () => {
    const response = await post('{"title":"long"}');
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ code: 'invalid_input', at: '/title' });
  });

  it.each([
    ['{"title":', 400, 'malformed'],
    [JSON.stringify({ title: 'x'.repeat(200) }), 413, 'too_large'],
  ])('%s is refused', async (body, status, code) => {
    const response = await post(body);
    expect(response.json()).toMatchObject({ status, code });
  });

  it('of another kind is refused', async () => {
    expect((await post('<x/>', 'application/xml')).json()).toMatchObject({ status: 415 });
  });
});

describe('a call that is not due yet', () => {
  it.each(['/api/v1/chapters/1/import', '/api/v1/activities/1/documents/import'])(
    '%s answers 501',
    async (url) => {
      const response = await app.inject({ method: 'POST', url });
      expect(response.json()).toMatchObject({ status: 501, code: 'not_available' });
    },
  );
});
