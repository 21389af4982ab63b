import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { decide } from '../domain/access/decide.ts';
import type { Situation, ThingRef } from '../domain/access/standing.ts';
import type { Act } from '../domain/policy.ts';
import { createIdentify, type SignedIn } from '../domain/sign-in/identify.ts';
import type { Workspace } from '../domain/workspace.ts';
import { ProblemError } from '../problem-error.ts';
import { credentialsOf, isFromOurPages } from './credentials.ts';

/**
 * The access rule of a route, in its `config`: for everybody, for anyone signed in, for
 * administrators, or acts of the policy on the thing that the path's `id` names.
 */
export type AccessRule =
  | 'public'
  | 'signed-in'
  | 'administrator'
  | {
      readonly of: ThingRef['kind'];
      /** All of these have to be allowed; which may depend on what is asked for. */
      readonly acts: readonly Act[] | ((request: FastifyRequest) => readonly Act[]);
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Every route of the API names it. */
    access?: AccessRule;
  }
  interface FastifyRequest {
    /** Who is signed in; null on public routes. Read it with `personOf`. */
    signedIn: SignedIn | null;
    /** What the path names, for routes with acts. Read it with `situationOf`. */
    situation: Situation | null;
  }
}

/** Methods that change nothing, and so need no proof of where they come from. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Signs requests in by cookie or bearer token and applies the access rule of their route. A route
 * of the API without a rule stops the start.
 */
export const authentication = fastifyPlugin(
  async (app: FastifyInstance, { workspace }: { readonly workspace: Workspace }) => {
    const identify = createIdentify(workspace);
    app.decorateRequest('signedIn', null);
    app.decorateRequest('situation', null);
    app.addHook('onRoute', requireAccessRule);

    app.addHook('onRequest', async (request) => {
      const { access } = request.routeOptions.config;
      if (access === undefined) return;
      checkOrigin(request, workspace);
      if (access === 'public') return;
      const credentials = credentialsOf(request.headers);
      const signedIn = credentials === null ? null : await identify(credentials);
      if (signedIn === null) throw new ProblemError('unauthenticated');
      request.signedIn = signedIn;
      if (access === 'administrator' && !signedIn.isAdministrator) {
        throw new ProblemError('forbidden');
      }
    });

    app.addHook('preHandler', async (request) => {
      const { access } = request.routeOptions.config;
      if (typeof access !== 'object') return;
      const { personId } = personOf(request);
      const { id } = request.params as { id: string };
      const ref = { kind: access.of, id };
      const acts = typeof access.acts === 'function' ? access.acts(request) : access.acts;
      for (const act of acts) {
        const now = workspace.clock.now();
        const decision = await decide(workspace.db, { personId, act, ref, now });
        if (!decision.ok) throw new ProblemError(decision.code);
        request.situation = decision.value;
      }
    });
  },
  { name: 'authentication' },
);

/** The person of a request on a route that needs one. */
export function personOf(request: FastifyRequest): SignedIn {
  if (request.signedIn === null) throw new TypeError('this route signs nobody in');
  return request.signedIn;
}

/** What a request's path names, on a route with acts. */
export function situationOf(request: FastifyRequest): Situation {
  if (request.situation === null) throw new TypeError('this route names no thing');
  return request.situation;
}

function requireAccessRule(route: RouteOptions): void {
  if (route.url.startsWith('/api/v1/') && route.config?.access === undefined) {
    throw new Error(`${String(route.method)} ${route.url} names no access rule`);
  }
}

/** Cookies travel with requests that other sites cause: those must not change anything. */
function checkOrigin(request: FastifyRequest, workspace: Workspace): void {
  const { headers, method } = request;
  if (SAFE_METHODS.has(method) || headers.authorization !== undefined) return;
  if (!isFromOurPages(headers, workspace.publicUrl)) throw new ProblemError('cross_origin');
}
