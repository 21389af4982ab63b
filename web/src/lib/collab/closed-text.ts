import type { CLOSE_CODES } from '@plenary/protocol';
import { m } from '#messages';

type CodeOf<Reason extends keyof typeof CLOSE_CODES> = (typeof CLOSE_CODES)[Reason]['code'];

// Their values, checked against the table by type: the table's module comes with the engine only.
const FORBIDDEN: CodeOf<'forbidden'> = 4403;
const UNKNOWN_CHAPTER: CodeOf<'unknownChapter'> = 4404;
const UNAUTHENTICATED: CodeOf<'unauthenticated'> = 4401;
const QUARANTINED: CodeOf<'quarantined'> = 4503;

/** Why the server does not open a chapter, in words, by the code from the table of close codes. */
export function closedText(code: number): string {
  switch (code) {
    case FORBIDDEN:
      return m.chapter_closed_forbidden();
    case UNKNOWN_CHAPTER:
      return m.chapter_closed_unknown();
    case UNAUTHENTICATED:
      return m.chapter_closed_signed_out();
    case QUARANTINED:
      return m.chapter_closed_quarantined();
    default:
      return m.chapter_closed_other({ code });
  }
}
