import { problem } from '@plenary/protocol';
import fastifyPlugin from 'fastify-plugin';
import { sendProblem } from './problems.ts';

/** Calls of the contract that a later version brings. */
const NOT_DUE = [
  ['POST', '/api/v1/activities/:id/documents/import'],
  ['POST', '/api/v1/chapters/:id/import'],
  ['GET', '/api/v1/chapters/:id/comments'],
  ['POST', '/api/v1/chapters/:id/comments'],
  ['GET', '/api/v1/workshops/:id/agenda'],
  ['POST', '/api/v1/workshops/:id/agenda'],
  ['POST', '/api/v1/workshops/:id/agenda/:itemId/start'],
  ['POST', '/api/v1/workshops/:id/agenda/next'],
] as const;

/**
 * Answers 501 `not_available` to calls of the contract that this version does not have yet; OpenAPI
 * does not name them.
 */
export const notDue = fastifyPlugin(
  async (app) => {
    for (const [method, url] of NOT_DUE) {
      app.route({
        method,
        url,
        schema: { hide: true },
        config: { access: 'public' },
        handler: (_request, reply) => sendProblem(reply, problem('not_available')),
      });
    }
  },
  { name: 'not-due' },
);
