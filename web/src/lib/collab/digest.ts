import type { Draft, LocalCopy } from '@plenary/provider';
import {
  countWords,
  outline,
  plainText,
  readChapter,
  type OutlineEntry,
} from '@plenary/report-model';
import { applyUpdate, Doc } from 'yjs';
import { getLocale } from '#i18n';

/** What the page shows of a chapter outside its text. */
export interface ChapterDigest {
  readonly words: number;
  readonly headings: readonly OutlineEntry[];
}

/** Reads the number of words and the headings out of a chapter; writes nothing. */
export function digestOf(doc: Doc): ChapterDigest {
  const chapter = readChapter(doc);
  return { words: countWords(chapter, getLocale()), headings: outline(chapter) };
}

/** The text of a chapter on screen, without formatting. */
export function textOfDoc(doc: Doc): string {
  return plainText(readChapter(doc));
}

/** The text of a draft as the person saw it, without formatting. */
export function textOfDraft(draft: Draft): string {
  return textOf([draft.state]);
}

/** The text of a local copy with its unsent edits, without formatting. */
export function textOfCopy({ base, unsent }: LocalCopy): string {
  return textOf([...(base === null ? [] : [base]), ...unsent.map(({ bytes }) => bytes)]);
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Doc();
  try {
    for (const update of updates) applyUpdate(doc, update);
    return textOfDoc(doc);
  } finally {
    doc.destroy();
  }
}
