import type { RouteOptions } from 'fastify';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { authentication } from '../src/plugins/authentication.ts';
import { openApiWorld } from './api-world.ts';

/** Calls that nobody needs to be signed in for; a new one is added here on purpose. */
const PUBLIC = [
  'POST /api/v1/session',
  'POST /api/v1/password-reset',
  'GET /api/v1/setup',
  'POST /api/v1/links/inspect',
  'POST /api/v1/links/redeem',
];

describe('access rules of routes', () => {
  it('[A8] a route of the API without an access rule stops the start', async () => {
    const world = await openApiWorld();
    try {
      const app = Fastify();
      await app.register(authentication, { workspace: world.workspace });
      expect(() => app.get('/api/v1/forgotten', async () => ({}))).toThrow(/names no access rule/);
    } finally {
      await world.close();
    }
  });

  it('[A8] everything that is not meant to be public refuses who is not signed in', async () => {
    const routes: RouteOptions[] = [];
    const world = await openApiWorld({ onRoute: (route) => routes.push(route) });
    try {
      const open: string[] = [];
      for (const route of routes.filter(({ method }) => method !== 'HEAD')) {
        const name = `${String(route.method)} ${route.url}`;
        if (route.config?.access === 'public') open.push(name);
        else {
          const url = route.url.replace(':email', 'a@example.org').replace(':id', 'unknown');
          const method = route.method as 'GET';
          const answer = await world.app.inject({ method, url });
          expect([name, answer.statusCode, answer.json().code]).toEqual([
            name,
            401,
            'unauthenticated',
          ]);
        }
      }
      expect(open.toSorted()).toEqual(PUBLIC.toSorted());
      expect(routes.length).toBeGreaterThan(30);
    } finally {
      await world.close();
    }
  });
});
