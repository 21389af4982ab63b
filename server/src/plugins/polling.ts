import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';

/**
 * Hands the plain requests of socket.io (its long polling, for networks that refuse WebSockets) to
 * its engine, which reads their bodies and answers by itself.
 */
export const polling: FastifyPluginAsync<{
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void;
}> = async (app, { handleRequest }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/socket.io/',
    schema: { hide: true },
    handler(request, reply) {
      reply.hijack();
      handleRequest(request.raw, reply.raw);
    },
  });
};
