import { ExportFormat, IdParams } from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { createWorkerRenderer } from '../adapters/publishing/worker-renderer.ts';
import { exportDocument } from '../domain/documents/export.ts';
import { ProblemError } from '../problem-error.ts';
import { personOf } from '../plugins/authentication.ts';
import { answers, fileAnswer, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

/** A page that was exported shows itself and runs nothing, should a browser open it from here. */
const EXPORT_CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

/** Formats of the contract that a later version brings. */
const LATER_FORMATS: readonly unknown[] = ['pdf', 'docx'];

/** Documents as files to take away. */
export const exportRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, { workspace }) => {
  const renderer = createWorkerRenderer();
  app.addHook('onClose', () => renderer.close());

  app.get(
    '/documents/:id/export',
    {
      // Before the schema, which does not know them.
      preValidation: async (request) => {
        const { format } = request.query as { format?: unknown };
        if (LATER_FORMATS.includes(format)) throw new ProblemError('not_available');
      },
      config: { access: { of: 'document', acts: ['document.export'] }, quota: 'exports' },
      schema: {
        summary: 'The document as Markdown, HTML or JSON',
        params: IdParams,
        querystring: Type.Object({ format: ExportFormat }),
        response: answers(
          { 200: fileAnswer('text/markdown', 'text/html', 'application/json') },
          'unauthenticated',
          'forbidden',
          'not_found',
          'invalid_input',
          'not_available',
        ),
      },
    },
    async (request, reply) => {
      const { personId } = personOf(request);
      const wanted = { documentId: request.params.id, personId, format: request.query.format };
      const file = unwrap(await exportDocument(workspace, renderer, wanted));
      return reply
        .type(file.mediaType)
        .header(
          'content-disposition',
          `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        )
        .header('content-security-policy', EXPORT_CSP)
        .send(file.text);
    },
  );
};
