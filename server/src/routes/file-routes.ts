import multipart from '@fastify/multipart';
import { IdParams, Nothing, UploadedFile } from '@plenary/protocol';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { addFile, FILE_MAX_BYTES, FILE_TYPES, findFile } from '../domain/files/files.ts';
import { personOf } from '../plugins/authentication.ts';
import { ProblemError } from '../problem-error.ts';
import { answers, fileAnswer, unwrap } from './answers.ts';
import type { ApiOptions } from './index.ts';

const ON_THING = ['unauthenticated', 'forbidden', 'not_found'] as const;

/** What a browser may do with an uploaded file opened by itself: show it, nothing else. */
const FILE_CSP = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

/** One file, and a few small fields beside it. */
const UPLOAD_LIMITS = { files: 1, fields: 8, fieldSize: 1_024, fileSize: FILE_MAX_BYTES, parts: 9 };

/** Files of documents: pictures in this version. */
export const fileRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, options) => {
  const { workspace } = options;
  await app.register(multipart, { limits: UPLOAD_LIMITS });
  app.post(
    '/documents/:id/files',
    {
      config: { access: { of: 'document', acts: ['document.upload'] }, quota: 'uploads' },
      // A multipart body is a stream: its bound is the file's, checked while it is read.
      bodyLimit: FILE_MAX_BYTES + 64 * 1024,
      schema: {
        summary: 'Upload a picture (multipart, field `file`)',
        consumes: ['multipart/form-data'],
        params: IdParams,
        response: answers(
          { 201: UploadedFile },
          ...ON_THING,
          'invalid_input',
          'too_large',
          'unsupported_file',
          'unsupported_media_type',
          'cross_origin',
        ),
      },
    },
    async (request, reply) => {
      const upload = await readUpload(request);
      const place = { documentId: request.params.id, personId: personOf(request).personId };
      return reply.code(201).send(unwrap(await addFile(workspace, place, upload)));
    },
  );

  app.get(
    '/files/:id',
    {
      config: { access: { of: 'file', acts: ['document.read'] } },
      schema: {
        summary: 'An uploaded file',
        params: IdParams,
        response: answers({ 200: fileAnswer(...FILE_TYPES), 304: Nothing }, ...ON_THING),
      },
    },
    async (request, reply) => {
      const file = unwrap(await findFile(workspace, request.params.id));
      // A file never changes, so its id says whether the browser's copy is good; rights come first.
      const etag = `"${file.id}"`;
      reply.header('etag', etag).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send(null);
      const stream = await workspace.files.stream(file.storage_key);
      return reply
        .type(file.type)
        .header('content-length', file.size)
        .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`)
        .header('content-security-policy', FILE_CSP)
        .header('cross-origin-resource-policy', 'same-origin')
        .header('x-content-type-options', 'nosniff')
        .send(stream);
    },
  );
};

async function readUpload(
  request: FastifyRequest,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const part = await request.file();
  if (part === undefined || part.fieldname !== 'file') {
    throw new ProblemError('invalid_input', { detail: 'Send one file in the field "file".' });
  }
  try {
    return { name: part.filename, bytes: await part.toBuffer() };
  } catch (error) {
    if (!part.file.truncated) throw error;
    const detail = `A file may have ${FILE_MAX_BYTES / 1024 / 1024} MB.`;
    throw new ProblemError('too_large', { detail }, { cause: error });
  }
}
