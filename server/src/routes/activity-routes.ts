import {
  Activity,
  ActivityDetails,
  ActivityPatch,
  DocumentDetails,
  IdParams,
  List,
  Member,
  MemberParams,
  MemberPut,
  NewActivity,
  NewDocument,
  Nothing,
} from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  createActivity,
  getActivity,
  listActivities,
  updateActivity,
} from '../domain/activities/activities.ts';
import { removeMember, setMember } from '../domain/activities/membership.ts';
import { createDocument } from '../domain/documents/documents.ts';
import { personOf, situationOf } from '../plugins/authentication.ts';
import { answers, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

/** Problems of every call on something with an id. */
const ON_THING = ['unauthenticated', 'forbidden', 'not_found', 'invalid_input'] as const;

/** Activities, their members and their documents. */
export const activityRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;

  app.post(
    '/activities',
    {
      config: { access: 'signed-in', quota: 'creations' },
      schema: {
        summary: 'Create an activity; you are its chair',
        body: NewActivity,
        response: answers({ 201: Activity }, 'unauthenticated', 'invalid_input', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const { personId } = personOf(request);
      return reply.code(201).send(await createActivity(workspace, personId, request.body));
    },
  );

  app.get(
    '/activities',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'The activities you are in',
        response: answers({ 200: List(Activity) }, 'unauthenticated'),
      },
    },
    async (request) => ({ items: await listActivities(workspace, personOf(request).personId) }),
  );

  app.get(
    '/activities/:id',
    {
      config: { access: { of: 'activity', acts: ['activity.read'] } },
      schema: {
        summary: 'An activity with its people and documents',
        params: IdParams,
        response: answers({ 200: ActivityDetails }, ...ON_THING),
      },
    },
    async (request) => unwrap(await getActivity(workspace, situationOf(request))),
  );

  app.patch(
    '/activities/:id',
    {
      config: { access: { of: 'activity', acts: ['activity.update'] } },
      schema: {
        summary: 'Rename an activity',
        params: IdParams,
        body: ActivityPatch,
        response: answers({ 200: ActivityDetails }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request) => unwrap(await updateActivity(workspace, situationOf(request), request.body)),
  );

  app.put(
    '/activities/:id/members/:email',
    {
      config: {
        access: { of: 'activity', acts: ['activity.members'] },
        quota: 'invitations',
      },
      schema: {
        summary: 'Give somebody a role; an unknown address is invited',
        params: MemberParams,
        body: MemberPut,
        response: answers({ 200: Member, 201: Member }, ...ON_THING, 'last_chair', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const { id: activityId, email } = request.params;
      const change = { activityId, email, by: personOf(request) };
      const { member, isNew } = unwrap(await setMember(workspace, change, request.body));
      return reply.code(isNew ? 201 : 200).send(member);
    },
  );

  app.delete(
    '/activities/:id/members/:email',
    {
      config: { access: { of: 'activity', acts: ['activity.members'] } },
      schema: {
        summary: 'Take somebody out of an activity',
        params: MemberParams,
        response: answers({ 204: Nothing }, ...ON_THING, 'last_chair', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const { id: activityId, email } = request.params;
      unwrap(await removeMember(workspace, { activityId, email, by: personOf(request) }));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/activities/:id/documents',
    {
      config: {
        access: { of: 'activity', acts: ['activity.create-document'] },
        quota: 'creations',
      },
      schema: {
        summary: 'Create a document with its template’s chapters',
        params: IdParams,
        body: NewDocument,
        response: answers({ 201: DocumentDetails }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request, reply) => {
      const place = { activityId: request.params.id, personId: personOf(request).personId };
      return reply.code(201).send(unwrap(await createDocument(workspace, place, request.body)));
    },
  );
};
