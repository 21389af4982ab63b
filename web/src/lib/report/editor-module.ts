import type { ChapterEditor, ChapterEditorOptions } from '@plenary/editor';

/** Stands in for the editor until it has landed. */
export function createChapterEditor({ element }: ChapterEditorOptions): ChapterEditor {
  element.textContent = '…';
  throw new Error('the editor has not landed');
}
