import type { UploadedFile } from '@plenary/protocol';
import { fileTypeFromBuffer } from 'file-type';
import type { Selectable } from 'kysely';
import type { FilesTable } from '../../adapters/sql/workspace-tables.ts';
import { done, refuse, type Result } from '../result.ts';
import { newId } from '../secrets.ts';
import type { Workspace } from '../workspace.ts';

/** Largest file that can be uploaded, in bytes: a figure for print, not a film. */
export const FILE_MAX_BYTES = 10 * 1024 * 1024;

/** Longest file name that is kept. */
const FILE_NAME_MAX_LENGTH = 200;

/** Media types a document may hold. Told from the content; SVG is not among them: it can hold scripts. */
export const FILE_TYPES: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
];

/** A file as the table keeps it. */
export type FileRow = Selectable<FilesTable>;

/**
 * Keeps a file with a document. Its type is found in its content, whatever its name and the request
 * claim; `unsupported_file` when it is none of the accepted ones.
 */
export async function addFile(
  ws: Workspace,
  place: { readonly documentId: string; readonly personId: string },
  upload: { readonly name: string; readonly bytes: Uint8Array },
): Promise<Result<UploadedFile>> {
  const found = await fileTypeFromBuffer(upload.bytes).catch(() => undefined);
  if (found === undefined || !FILE_TYPES.includes(found.mime)) {
    return refuse('unsupported_file', {
      detail:
        'Accepted are pictures: PNG, JPEG, GIF, WebP and AVIF. The content decides, not the name.',
    });
  }
  const id = newId();
  const row: FileRow = {
    id,
    document_id: place.documentId,
    name: cleanName(upload.name),
    type: found.mime,
    size: upload.bytes.byteLength,
    storage_key: `${place.documentId}/${id}.${found.ext}`,
    created_at: ws.clock.now(),
    created_by: place.personId,
  };
  await ws.files.put(row.storage_key, upload.bytes);
  try {
    await ws.db.insertInto('files').values(row).execute();
  } catch (error) {
    await ws.files.remove(row.storage_key);
    throw error;
  }
  return done(toUploadedFile(row));
}

/** A file's row; `not_found` when there is none. That the person may see it is checked before. */
export async function findFile({ db }: Workspace, id: string): Promise<Result<FileRow>> {
  const row = await db.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? refuse('not_found') : done(row);
}

/** A file's name without path and control characters; never empty. */
export function cleanName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const clean = base.replaceAll(/[\u0000-\u001f\u007f]/g, '').trim();
  // Half a character, given so or left by cutting, would fit into no header.
  return clean === '' ? 'file' : clean.slice(0, FILE_NAME_MAX_LENGTH).toWellFormed();
}

function toUploadedFile(row: FileRow): UploadedFile {
  return {
    id: row.id,
    documentId: row.document_id,
    name: row.name,
    url: `/api/v1/files/${row.id}`,
    type: row.type,
    size: row.size,
  };
}
