import type {
  Chapter,
  ChapterPatch,
  DocumentDetails,
  ExportFormat,
  NewChapter,
  UploadedFile,
} from '@plenary/protocol';
import { call, segment } from '#lib/api/client.ts';

/** One document with its chapters and what the person may do with it. */
export const readDocument = (id: string): Promise<DocumentDetails> =>
  call('GET', `/documents/${segment(id)}`);

/** Renames a document. */
export const renameDocument = (id: string, title: string): Promise<DocumentDetails> =>
  call('PATCH', `/documents/${segment(id)}`, { json: { title } });

/** Puts a document into the bin. */
export const deleteDocument = (id: string): Promise<void> =>
  call('DELETE', `/documents/${segment(id)}`);

/** Takes a document out of the bin. */
export const restoreDocument = (id: string): Promise<DocumentDetails> =>
  call('POST', `/documents/${segment(id)}/restore`);

/** Adds a chapter. */
export const addChapter = (documentId: string, input: NewChapter): Promise<Chapter> =>
  call('POST', `/documents/${segment(documentId)}/chapters`, { json: input });

/** Renames, moves, freezes or thaws a chapter. */
export const patchChapter = (id: string, input: ChapterPatch): Promise<Chapter> =>
  call('PATCH', `/chapters/${segment(id)}`, { json: input });

/** Puts a chapter into the bin. */
export const deleteChapter = (id: string): Promise<void> =>
  call('DELETE', `/chapters/${segment(id)}`);

/** Takes a chapter out of the bin, back to where it was. */
export const restoreChapter = (id: string): Promise<Chapter> =>
  call('POST', `/chapters/${segment(id)}/restore`);

/** Stores a file with a document. */
export const uploadFile = (documentId: string, file: File): Promise<UploadedFile> => {
  const form = new FormData();
  form.set('file', file);
  return call('POST', `/documents/${segment(documentId)}/files`, { form });
};

/** Where the browser fetches a document in the given form. */
export const exportUrl = (id: string, format: ExportFormat): string =>
  `/api/v1/documents/${segment(id)}/export?format=${format}`;
