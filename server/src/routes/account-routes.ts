import {
  ApiToken,
  IdParams,
  IssuedApiToken,
  List,
  NewApiToken,
  Nothing,
  OperatorAct,
  PasswordChange,
  Person,
  PersonPatch,
  SessionEntry,
} from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { listOperatorActs } from '../domain/people/operator-acts.ts';
import { updatePerson } from '../domain/people/people.ts';
import { createToken, listTokens, revokeToken } from '../domain/sign-in/api-tokens.ts';
import { changePassword } from '../domain/sign-in/password-change.ts';
import { listSessions } from '../domain/sign-in/sessions.ts';
import { createSignInLimits } from '../domain/sign-in/sign-in-limits.ts';
import { personOf } from '../plugins/authentication.ts';
import { ProblemError } from '../problem-error.ts';
import { answers, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

/** A person's own account: name, password, sessions, tokens, and what the operator did with it. */
export const accountRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;
  const limits = createSignInLimits(options.openCounter, options.hasLimits);

  app.patch(
    '/me',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Change your name, language or theme',
        body: PersonPatch,
        response: answers({ 200: Person }, 'unauthenticated', 'invalid_input', 'cross_origin'),
      },
    },
    async (request) => updatePerson(workspace, personOf(request).personId, request.body),
  );

  app.put(
    '/me/password',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Change your password; ends your other sessions',
        body: PasswordChange,
        response: answers(
          { 204: Nothing },
          'unauthenticated',
          'wrong_credentials',
          'invalid_input',
          'cross_origin',
        ),
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const attempt = { email: person.personId, address: request.ip };
      const wait = await limits.beginSignIn(attempt);
      if (wait !== null) throw new ProblemError('rate_limited', { retryAfter: wait });
      unwrap(await changePassword(workspace, person, request.body));
      await limits.signedIn(attempt);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/me/sessions',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Your sessions',
        response: answers({ 200: List(SessionEntry) }, 'unauthenticated'),
      },
    },
    async (request) => {
      const { personId, credential } = personOf(request);
      return { items: await listSessions(workspace, personId, credential.id) };
    },
  );

  app.get(
    '/me/tokens',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Your API tokens',
        response: answers({ 200: List(ApiToken) }, 'unauthenticated'),
      },
    },
    async (request) => ({ items: await listTokens(workspace, personOf(request).personId) }),
  );

  app.post(
    '/me/tokens',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Make an API token; its secret is told this once',
        body: NewApiToken,
        response: answers(
          { 201: IssuedApiToken },
          'unauthenticated',
          'invalid_input',
          'cross_origin',
        ),
      },
    },
    async (request, reply) => {
      const token = unwrap(await createToken(workspace, personOf(request), request.body.label));
      return reply.code(201).send(token);
    },
  );

  app.delete(
    '/me/tokens/:id',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Revoke an API token',
        params: IdParams,
        response: answers({ 204: Nothing }, 'unauthenticated', 'not_found', 'cross_origin'),
      },
    },
    async (request, reply) => {
      unwrap(await revokeToken(workspace, personOf(request).personId, request.params.id));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/me/operator-acts',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'What the operator and administrators did with your account',
        response: answers({ 200: List(OperatorAct) }, 'unauthenticated'),
      },
    },
    async (request) => ({ items: await listOperatorActs(workspace, personOf(request).personId) }),
  );
};
