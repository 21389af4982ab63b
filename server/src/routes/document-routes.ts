import {
  Chapter,
  DocumentDetails,
  DocumentPatch,
  IdParams,
  NewChapter,
  Nothing,
} from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { addChapter } from '../domain/documents/chapters.ts';
import { getDocument, renameDocument, setDocumentDeleted } from '../domain/documents/documents.ts';
import { personOf, situationOf } from '../plugins/authentication.ts';
import { answers, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

const ON_THING = ['unauthenticated', 'forbidden', 'not_found', 'invalid_input'] as const;

/** Documents: read, rename, delete, restore, and their chapters' beginning. */
export const documentRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;

  app.get(
    '/documents/:id',
    {
      config: { access: { of: 'document', acts: ['document.read'] } },
      schema: {
        summary: 'A document with its chapters and what you may do with it',
        params: IdParams,
        response: answers({ 200: DocumentDetails }, ...ON_THING),
      },
    },
    async (request) =>
      unwrap(await getDocument(workspace, personOf(request).personId, request.params.id)),
  );

  app.patch(
    '/documents/:id',
    {
      config: { access: { of: 'document', acts: ['document.outline'] } },
      schema: {
        summary: 'Rename a document',
        params: IdParams,
        body: DocumentPatch,
        response: answers({ 200: DocumentDetails }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request) => {
      unwrap(await renameDocument(workspace, situationOf(request), request.body.title));
      return unwrap(await getDocument(workspace, personOf(request).personId, request.params.id));
    },
  );

  app.delete(
    '/documents/:id',
    {
      config: { access: { of: 'document', acts: ['document.delete'] } },
      schema: {
        summary: 'Put a document into the bin',
        params: IdParams,
        response: answers({ 204: Nothing }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request, reply) => {
      unwrap(await setDocumentDeleted(workspace, situationOf(request), true));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/documents/:id/restore',
    {
      config: { access: { of: 'document', acts: ['document.restore'] } },
      schema: {
        summary: 'Take a document out of the bin',
        params: IdParams,
        response: answers({ 200: DocumentDetails }, ...ON_THING, 'cross_origin'),
      },
    },
    async (request) => {
      unwrap(await setDocumentDeleted(workspace, situationOf(request), false));
      return unwrap(await getDocument(workspace, personOf(request).personId, request.params.id));
    },
  );

  app.post(
    '/documents/:id/chapters',
    {
      config: {
        access: { of: 'document', acts: ['document.outline'] },
        quota: 'creations',
      },
      schema: {
        summary: 'Add a chapter',
        params: IdParams,
        body: NewChapter,
        response: answers({ 201: Chapter }, ...ON_THING, 'too_many_chapters', 'cross_origin'),
      },
    },
    async (request, reply) => {
      const added = await addChapter(workspace, situationOf(request), request.body);
      return reply.code(201).send(unwrap(added));
    },
  );
};
