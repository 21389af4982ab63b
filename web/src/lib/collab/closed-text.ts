import { CLOSE_CODES } from '@plenary/protocol';
import { m } from '#messages';

/** Why the server does not open a chapter, in words, by the code from the table of close codes. */
export function closedText(code: number): string {
  switch (code) {
    case CLOSE_CODES.forbidden.code:
      return m.chapter_closed_forbidden();
    case CLOSE_CODES.unknownChapter.code:
      return m.chapter_closed_unknown();
    case CLOSE_CODES.unauthenticated.code:
      return m.chapter_closed_signed_out();
    case CLOSE_CODES.quarantined.code:
      return m.chapter_closed_quarantined();
    default:
      return m.chapter_closed_other({ code });
  }
}
