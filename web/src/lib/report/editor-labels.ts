import type { EditorLabels } from '@plenary/editor';
import type { Chapter } from '@plenary/protocol';
import { problemText } from '#lib/api/problem-text.ts';
import { m } from '#messages';

/** Everything a chapter's editor shows or speaks, in the person's language. */
export function editorLabels(chapter: Chapter): EditorLabels {
  return {
    editor: editorName(chapter),
    placeholder: m.placeholder(),
    formulaSource: m.formula_source(),
    emptyFormula: m.empty_formula(),
    unknownContent: m.unknown_content(),
    uploadingImage: (name) => m.uploading_image({ name }),
    failedImage: (name, why) =>
      m.failed_image({ name, why: why === null ? m.problem_unsupported_file() : problemText(why) }),
    caption: m.caption(),
    table: m.table(),
    equation: m.insert_equation(),
  };
}

/** The accessible name of a chapter's text, with its number and title as they are now. */
export function editorName({ position, title }: Chapter): string {
  return m.text_of_chapter({ number: position + 1, title });
}
