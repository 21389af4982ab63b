import type { ExportFormat } from '@plenary/protocol';
import type { Readable } from 'node:stream';
import { findPerson } from '../people/people.ts';
import { done, refuse, type Result } from '../result.ts';
import type { Workspace } from '../workspace.ts';
import { readChapterBytes } from './chapter-bytes.ts';
import { liveChapters } from './outline.ts';

/** Pictures put inside one HTML file, in bytes altogether; what is beyond stays an address. */
const EMBEDDED_MAX_BYTES = 40 * 1024 * 1024;

/** A report as it lies in the log, to be rendered away from the thread that serves sockets. */
export interface RenderRequest {
  readonly format: ExportFormat;
  readonly language: 'en' | 'fr';
  readonly title: string;
  readonly chapters: readonly { readonly title: string; readonly updates: readonly Uint8Array[] }[];
  /** Pictures by their address. */
  readonly pictures: ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>;
}

/**
 * Renders reports on another thread. `busy` when too much waits already; `failed` when it cannot.
 * `prepare` is called at the report's turn: its pictures are in memory for that long only.
 */
export interface ReportRenderer {
  render(
    prepare: () => Promise<RenderRequest>,
  ): Promise<
    | { readonly type: 'rendered'; readonly text: string }
    | { readonly type: 'busy' }
    | { readonly type: 'failed'; readonly cause: unknown }
  >;
  close(): Promise<void>;
}

/** A file to take away. */
export interface ExportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** A document as a file, with everything typed so far. That the person may is checked before. */
export async function exportDocument(
  ws: Workspace,
  renderer: ReportRenderer,
  wanted: {
    readonly documentId: string;
    readonly personId: string;
    readonly format: ExportFormat;
  },
): Promise<Result<ExportedFile>> {
  const { documentId, format } = wanted;
  const document = await ws.db
    .selectFrom('documents')
    .select('title')
    .where('id', '=', documentId)
    .executeTakeFirst();
  if (document === undefined) return refuse('not_found');
  const { title } = document;
  const rendered = await renderer.render(() => readReport(ws, wanted, title));
  if (rendered.type === 'busy') {
    return refuse('unavailable', { detail: 'Other exports are under way; try again soon.' });
  }
  if (rendered.type === 'failed') {
    throw new Error('a document could not be exported', { cause: rendered.cause });
  }
  const name = `${toFileName(title)}.${format}`;
  return done({ name, mediaType: MEDIA_TYPES[format], text: rendered.text });
}

async function readReport(
  ws: Workspace,
  wanted: Parameters<typeof exportDocument>[2],
  title: string,
): Promise<RenderRequest> {
  const { documentId, format } = wanted;
  const chapters: { title: string; updates: Uint8Array[] }[] = [];
  for (const chapter of await liveChapters(ws.db, documentId)) {
    chapters.push({ title: chapter.title, updates: await readChapterBytes(ws.db, chapter.id) });
  }
  const person = await findPerson(ws.db, wanted.personId);
  return {
    format,
    language: person?.language === 'fr' ? 'fr' : 'en',
    title,
    chapters,
    pictures: format === 'html' ? await readPictures(ws, documentId) : new Map(),
  };
}

/** A title as a file name that every system takes; never empty. */
export function toFileName(title: string): string {
  const clean = title.replaceAll(/[^\p{L}\p{N} ._-]+/gu, ' ').replaceAll(/\s+/g, ' ');
  // Cutting can leave half a character, which no header takes.
  const cut = clean.slice(0, 100).replace(/[\uD800-\uDBFF]$/, '');
  const name = cut.replaceAll(/^[ .]+|[ .]+$/g, '');
  return name === '' ? 'document' : name;
}

async function readPictures(ws: Workspace, documentId: string): Promise<RenderRequest['pictures']> {
  const rows = await ws.db
    .selectFrom('files')
    .select(['id', 'type', 'size', 'storage_key'])
    .where('document_id', '=', documentId)
    .orderBy('created_at', 'desc')
    .execute();
  const pictures = new Map<string, { type: string; bytes: Uint8Array }>();
  let left = EMBEDDED_MAX_BYTES;
  for (const row of rows) {
    if (row.size > left) continue;
    left -= row.size;
    const bytes = await readAll(await ws.files.stream(row.storage_key));
    pictures.set(`/api/v1/files/${row.id}`, { type: row.type, bytes });
  }
  return pictures;
}

async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array); // a file's stream has no encoding
  return Buffer.concat(chunks);
}
