import type { Draft, LocalCopy } from '@plenary/provider';
import { countWords, outline, plainText, readChapter } from '@plenary/report-model';
import { applyUpdate, Doc } from 'yjs';
import { getLocale } from '#i18n';

/** A heading inside a chapter. */
export interface ChapterHeading {
  readonly key: string;
  readonly level: number;
  readonly text: string;
  /** Number of its block in the chapter, from 0. */
  readonly index: number;
}

/** What the page shows of a chapter outside its text. */
export interface ChapterDigest {
  readonly words: number;
  readonly headings: readonly ChapterHeading[];
}

/** Reads the number of words and the headings out of a chapter; writes nothing. */
export function digestOf(doc: Doc): ChapterDigest {
  const chapter = readChapter(doc);
  const places = new Map(chapter.blocks.map(({ key }, index) => [key, index]));
  return {
    words: countWords(chapter, getLocale()),
    headings: outline(chapter).map(({ key, level, text }) => ({
      key,
      level,
      text,
      index: places.get(key) ?? 0,
    })),
  };
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
    return plainText(readChapter(doc));
  } finally {
    doc.destroy();
  }
}
