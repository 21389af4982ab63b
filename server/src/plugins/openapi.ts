import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastifyPlugin from 'fastify-plugin';

/**
 * The description of the API, made from the schemas the routes are checked with:
 * `GET /api/openapi.json`, and `GET /api/docs` to read it. Register it before the routes.
 */
export const openApi = fastifyPlugin(
  async (app, { version }: { readonly version: string }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Plenary',
          version,
          description:
            'A browser signs in with a cookie, a program with `Authorization: Bearer <token>`. ' +
            'Errors are `application/problem+json` (RFC 9457) with a stable `code`.',
        },
        components: {
          securitySchemes: {
            bearer: { type: 'http', scheme: 'bearer' },
            cookie: { type: 'apiKey', in: 'cookie', name: 'plenary_session' },
          },
        },
        security: [{ bearer: [] }, { cookie: [] }],
      },
    });
    app.get(
      '/api/openapi.json',
      { schema: { hide: true }, config: { access: 'public' } },
      async (_request, reply) => reply.type('application/json').send(app.swagger()),
    );
    await app.register(swaggerUi, {
      routePrefix: '/api/docs',
      staticCSP: true,
      uiConfig: { deepLinking: true },
    });
  },
  { name: 'open-api' },
);
