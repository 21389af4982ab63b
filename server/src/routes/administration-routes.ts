import {
  IdParams,
  Invitation,
  IssuedLink,
  List,
  MailEntry,
  MailMessage,
  PeoplePage,
  PeopleQuery,
  PersonEntry,
  PersonEntryPatch,
} from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { listMails, readMail } from '../domain/administration/kept-mail.ts';
import { listPeople } from '../domain/administration/list-people.ts';
import {
  invitePerson,
  issueLinkByAdministrator,
  patchPerson,
} from '../domain/administration/people.ts';
import { personOf } from '../plugins/authentication.ts';
import { answers, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

const FOR_ADMINISTRATORS = ['unauthenticated', 'forbidden'] as const;

/** Operating the system: people, links and kept mail. Nothing here shows content. */
export const administrationRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;

  app.get(
    '/admin/people',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Everybody the system knows, in pages by name',
        querystring: PeopleQuery,
        response: answers({ 200: PeoplePage }, ...FOR_ADMINISTRATORS, 'invalid_input'),
      },
    },
    async (request) => listPeople(workspace, request.query),
  );

  app.post(
    '/admin/people',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Invite a person',
        body: Invitation,
        response: answers(
          { 201: PersonEntry },
          ...FOR_ADMINISTRATORS,
          'invalid_input',
          'cross_origin',
        ),
      },
    },
    async (request, reply) => {
      const person = unwrap(await invitePerson(workspace, personOf(request), request.body));
      return reply.code(201).send(person);
    },
  );

  app.patch(
    '/admin/people/:id',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Make somebody an administrator, shut them out, or undo either',
        params: IdParams,
        body: PersonEntryPatch,
        response: answers(
          { 200: PersonEntry },
          ...FOR_ADMINISTRATORS,
          'not_found',
          'last_administrator',
          'invalid_input',
          'cross_origin',
        ),
      },
    },
    async (request) => {
      const change = { personId: request.params.id, patch: request.body };
      return unwrap(await patchPerson(workspace, personOf(request), change));
    },
  );

  app.post(
    '/admin/people/:id/link',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'A link to choose a password, to be handed on; the person is told',
        params: IdParams,
        response: answers({ 201: IssuedLink }, ...FOR_ADMINISTRATORS, 'not_found', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const link = unwrap(await issueLinkByAdministrator(workspace, personOf(request), id));
      return reply.code(201).send(link);
    },
  );

  app.get(
    '/admin/mail',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'The newest mails, without their texts',
        response: answers({ 200: List(MailEntry) }, ...FOR_ADMINISTRATORS),
      },
    },
    async () => ({ items: await listMails(workspace) }),
  );

  app.get(
    '/admin/mail/:id',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'The text of a mail that was kept; recorded, and shown to the person it is for',
        params: IdParams,
        response: answers({ 200: MailMessage }, ...FOR_ADMINISTRATORS, 'not_found'),
      },
    },
    async (request) => unwrap(await readMail(workspace, personOf(request), request.params.id)),
  );
};
