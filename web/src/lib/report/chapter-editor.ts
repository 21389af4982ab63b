import type { ChapterEditor } from '@plenary/editor';
import type { Attachment } from 'svelte/attachments';
import { untrack } from 'svelte';
import { uploadFile } from '#lib/api/documents.ts';
import type { ChapterSlot } from '#lib/report/chapter-slot.svelte.ts';
import { editorLabels } from '#lib/report/editor-labels.ts';
import type { ReportState } from '#lib/report/report-state.svelte.ts';

/** Loads the code of the editor; a browser fetches it once. */
export const loadEditor = () => import('#lib/report/editor-module.ts');

/**
 * Mounts a chapter's editor into an element for as long as the chapter has a text, and again when
 * that text was replaced (refused edits left it, or the server's has another history). The editor's
 * code is loaded with the first chapter; `onfailure` hears when it cannot be.
 */
export function chapterEditor(
  report: ReportState,
  slot: ChapterSlot,
  onfailure: (error: unknown) => void,
): Attachment<HTMLElement> {
  return (page) => {
    const { binding } = slot;
    if (binding === null) return undefined;
    const element = page.appendChild(document.createElement('div'));
    let editor: ChapterEditor | null = null;
    let isGone = false;
    loadEditor()
      .then(async ({ createChapterEditor }) => {
        await report.editorTurns.next();
        if (isGone) return;
        const made = createChapterEditor({
          element,
          doc: binding.doc,
          awareness: binding.awareness,
          isEditable: untrack(() => slot.isWritable(report.mayEdit)),
          // The chapter's title is an h2.
          topHeadingLevel: 3,
          labels: untrack(() => editorLabels(slot.chapter)),
          uploadImage: untrack(() => report.details.value?.rights.upload ?? false)
            ? (file) => uploadFile(report.documentId, file)
            : null,
          // Not at once: moving a chapter on the page takes its focus away while Svelte is at work.
          onState: (ui) => queueMicrotask(() => report.editorChanged(slot, ui)),
          onLeave: (towards) => report.leaveChapter(slot, towards),
          onMismatch: (what) => reportError(new Error(`chapter ${slot.id} drawn anew: ${what}`)),
        });
        editor = made;
        report.editorMounted(slot, made);
      })
      .catch(onfailure);
    return () => {
      isGone = true;
      report.editorRemoved(slot);
      editor?.destroy();
      element.remove();
    };
  };
}
