import { Chapter, ChapterPatch, IdParams, Nothing, Ticket } from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { getChapter, patchChapter, setChapterDeleted } from '../domain/documents/chapters.ts';
import type { Act } from '../domain/policy.ts';
import { issueTicket } from '../domain/sign-in/tickets.ts';
import { personOf, situationOf } from '../plugins/authentication.ts';
import { answers, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

const ON_THING = ['unauthenticated', 'forbidden', 'not_found', 'invalid_input'] as const;

/** Chapters: read, rename, move, freeze, delete, restore, and tickets for their sockets. */
export const chapterRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;

  app.get(
    '/chapters/:id',
    {
      config: { access: { of: 'chapter', acts: ['chapter.read'] } },
      schema: {
        summary: 'A chapter in its document’s outline',
        params: IdParams,
        response: answers({ 200: Chapter }, ...ON_THING),
      },
    },
    async (request) => unwrap(await getChapter(workspace, request.params.id)),
  );

  app.patch(
    '/chapters/:id',
    {
      config: { access: { of: 'chapter', acts: actsOfPatch } },
      schema: {
        summary: 'Rename, move, freeze or thaw a chapter, or say how far it is',
        params: IdParams,
        body: ChapterPatch,
        response: answers({ 200: Chapter }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request) => {
      const change = { chapterId: request.params.id, patch: request.body };
      return unwrap(await patchChapter(workspace, situationOf(request), change));
    },
  );

  app.delete(
    '/chapters/:id',
    {
      config: { access: { of: 'chapter', acts: ['chapter.outline'] } },
      schema: {
        summary: 'Put a chapter into the bin',
        params: IdParams,
        response: answers({ 204: Nothing }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request, reply) => {
      const change = { chapterId: request.params.id, isDeleted: true };
      unwrap(await setChapterDeleted(workspace, situationOf(request), change));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/chapters/:id/restore',
    {
      config: { access: { of: 'chapter', acts: ['chapter.restore'] } },
      schema: {
        summary: 'Take a chapter out of the bin',
        params: IdParams,
        response: answers({ 200: Chapter }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request) => {
      const change = { chapterId: request.params.id, isDeleted: false };
      return unwrap(await setChapterDeleted(workspace, situationOf(request), change));
    },
  );

  app.post(
    '/chapters/:id/ticket',
    {
      config: { access: { of: 'chapter', acts: ['chapter.read'] }, quota: 'tickets' },
      schema: {
        summary: 'A ticket for the chapter’s socket',
        description:
          'For clients that can set neither cookie nor header: `?ticket=`. To be used within 60 s, then good for reconnecting to this chapter for 12 h; rights are checked each time.',
        params: IdParams,
        response: answers({ 200: Ticket }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request) => issueTicket(workspace, personOf(request), request.params.id),
  );
};

/** Freezing and thawing is the chair's; a frozen chapter's title, place and state are, too. */
function actsOfPatch(request: FastifyRequest): readonly Act[] {
  const patch = request.body as ChapterPatch;
  const { title, position, state } = patch;
  const changesOutline = [title, position, state].some((value) => value !== undefined);
  const changesRights = patch.frozen !== undefined;
  return [
    ...(changesOutline ? (['chapter.outline'] as const) : []),
    ...(changesRights ? (['chapter.freeze'] as const) : []),
  ];
}
