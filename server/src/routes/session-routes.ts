import {
  IdParams,
  LinkInfo,
  LinkInspect,
  LinkRedeem,
  Nothing,
  PasswordResetRequest,
  Session,
  SetUpState,
  SignIn,
} from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { hasAdministrator } from '../domain/people/people.ts';
import { currentSession } from '../domain/sign-in/current-session.ts';
import { inspectLink } from '../domain/sign-in/links.ts';
import { requestPasswordReset } from '../domain/sign-in/password-change.ts';
import { redeemLink } from '../domain/sign-in/redeem-link.ts';
import { endSession, endSessions, signIn } from '../domain/sign-in/sessions.ts';
import { createSignInLimits } from '../domain/sign-in/sign-in-limits.ts';
import { personOf } from '../plugins/authentication.ts';
import { credentialsOf } from '../plugins/credentials.ts';
import { clearSessionCookie, setSessionCookie } from '../plugins/session-cookie.ts';
import { ProblemError } from '../problem-error.ts';
import { answers, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

/** Signing in and out, links, and passwords that were forgotten. */
export const sessionRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;
  const limits = createSignInLimits(options.openCounter, options.hasLimits);
  const isHttps = () => workspace.publicUrl.startsWith('https:');

  app.post(
    '/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in',
        security: [],
        body: SignIn,
        response: answers({ 200: Session }, 'wrong_credentials', 'invalid_input', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const attempt = { email: request.body.email, address: request.ip };
      const wait = await limits.beginSignIn(attempt);
      if (wait !== null) throw new ProblemError('rate_limited', { retryAfter: wait });
      const started = unwrap(
        await signIn(workspace, { ...request.body, device: deviceOf(request) }),
      );
      await limits.signedIn(attempt);
      setSessionCookie(reply, started, isHttps());
      return started.session;
    },
  );

  app.get(
    '/session',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Who is signed in',
        response: answers({ 200: Session }, 'unauthenticated'),
      },
    },
    async (request, reply) => {
      const session = unwrap(await currentSession(workspace, personOf(request)));
      const credentials = credentialsOf(request.headers);
      if (credentials?.kind === 'session') setSessionCookie(reply, credentials, isHttps());
      return session;
    },
  );

  app.delete(
    '/session',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Sign out here',
        response: answers({ 204: Nothing }, 'unauthenticated', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const { personId, credential } = personOf(request);
      if (credential.kind === 'session') await endSession(workspace, personId, credential.id);
      clearSessionCookie(reply, isHttps());
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/sessions',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Sign out everywhere',
        response: answers({ 204: Nothing }, 'unauthenticated', 'cross_origin'),
      },
    },
    async (request, reply) => {
      await endSessions(workspace, personOf(request).personId);
      clearSessionCookie(reply, isHttps());
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/sessions/:id',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'End one of your sessions',
        params: IdParams,
        response: answers({ 204: Nothing }, 'unauthenticated', 'not_found', 'cross_origin'),
      },
    },
    async (request, reply) => {
      unwrap(await endSession(workspace, personOf(request).personId, request.params.id));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/password-reset',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Ask for a link to choose a new password',
        description: 'Answers the same whether or not the address is known.',
        security: [],
        body: PasswordResetRequest,
        response: answers({ 202: Nothing }, 'invalid_input', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const { email } = request.body;
      const verdict = await limits.beginReset({ email, address: request.ip });
      if (verdict === 'refused') {
        throw new ProblemError('rate_limited', { retryAfter: limits.resetSecondsLeft() });
      }
      // Answered first, so that the time it takes tells nothing about the address.
      reply.code(202).send(null);
      if (verdict === 'allowed') await requestPasswordReset(workspace, email);
      return reply;
    },
  );

  app.get(
    '/setup',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether the first administrator is missing',
        security: [],
        response: answers({ 200: SetUpState }),
      },
    },
    async () => ({ isNeeded: !(await hasAdministrator(workspace.db)) }),
  );

  app.post(
    '/links/inspect',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What a one-time link is for',
        security: [],
        body: LinkInspect,
        response: answers({ 200: LinkInfo }, 'link_spent', 'invalid_input', 'cross_origin'),
      },
    },
    async (request) => unwrap(await inspectLink(workspace, request.body.token)),
  );

  app.post(
    '/links/redeem',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Use a one-time link: signs in',
        security: [],
        body: LinkRedeem,
        response: answers(
          { 200: Session },
          'link_spent',
          'already_set_up',
          'invalid_input',
          'cross_origin',
        ),
      },
    },
    async (request, reply) => {
      const started = unwrap(await redeemLink(workspace, request.body, deviceOf(request)));
      setSessionCookie(reply, started, isHttps());
      return started.session;
    },
  );
};

function deviceOf(request: FastifyRequest): string {
  return request.headers['user-agent'] ?? '';
}
