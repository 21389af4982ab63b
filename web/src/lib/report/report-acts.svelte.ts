import { createContext, tick } from 'svelte';
import {
  addChapter,
  deleteChapter,
  patchChapter,
  renameDocument,
  restoreChapter,
} from '#lib/api/documents.ts';
import { problemText } from '#lib/api/problem-text.ts';
import type { ChapterSlot } from '#lib/report/chapter-slot.svelte.ts';
import type { ReportState } from '#lib/report/report-state.svelte.ts';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import { m } from '#messages';

/** What a dialog of the outline asks for. */
export type Question =
  | { readonly kind: 'add' }
  | { readonly kind: 'rename-document' }
  | { readonly kind: 'rename-chapter'; readonly slot: ChapterSlot }
  | { readonly kind: 'share' };

/** Everything a person can do with a report's outline, for the menus, the keys and the palette. */
export class ReportActs {
  readonly #report: ReportState;
  readonly #toasts: Toasts;
  #question = $state.raw<Question | null>(null);
  #announcement = $state('');

  constructor(report: ReportState, toasts: Toasts) {
    this.#report = report;
    this.#toasts = toasts;
  }

  /** The dialog that is open, if any. */
  get question(): Question | null {
    return this.#question;
  }

  /** What a screen reader is told after a chapter moved. */
  get announcement(): string {
    return this.#announcement;
  }

  ask(question: Question): void {
    this.#question = question;
  }

  answered(): void {
    this.#question = null;
  }

  /** Scrolls to a chapter and puts the caret at its start. */
  goToChapter(slot: ChapterSlot): void {
    document.getElementById(chapterAnchor(slot.id))?.scrollIntoView({ block: 'start' });
    this.#report.focusChapter(slot, 'start');
  }

  /** Shows a heading of a chapter, with the caret in it. */
  goToHeading(slot: ChapterSlot, block: string): void {
    if (!this.#report.hasEditor(slot)) {
      document.getElementById(chapterAnchor(slot.id))?.scrollIntoView({ block: 'start' });
    }
    this.#report.focusChapter(slot, { block });
  }

  /** Adds a chapter at the end and goes there. */
  async add(title: string): Promise<void> {
    const chapter = await addChapter(this.#report.documentId, { title });
    await this.#report.details.refresh();
    void this.#report.openTexts();
    await tick();
    const slot = this.#report.slots.find(({ id }) => id === chapter.id);
    if (slot) this.goToChapter(slot);
  }

  async renameDocument(title: string): Promise<void> {
    await renameDocument(this.#report.documentId, title);
    await this.#report.details.refresh();
  }

  async renameChapter(slot: ChapterSlot, title: string): Promise<void> {
    await patchChapter(slot.id, { title });
    await this.#report.details.refresh();
  }

  /** Moves a chapter to a place in the outline, from 0. Places outside the outline do nothing. */
  async move(slot: ChapterSlot, position: number): Promise<void> {
    const { slots } = this.#report;
    if (position < 0 || position >= slots.length || position === slot.chapter.position) return;
    await this.#attempt(async () => {
      await patchChapter(slot.id, { position });
      await this.#report.details.refresh();
      this.#announcement = m.chapter_moved({ title: slot.chapter.title, number: position + 1 });
    });
  }

  /** Freezes or thaws a chapter. */
  async setFrozen(slot: ChapterSlot, frozen: boolean): Promise<void> {
    await this.#attempt(async () => {
      await patchChapter(slot.id, { frozen });
      await this.#report.details.refresh();
    });
  }

  /** Puts a chapter into the bin and offers to take it out again. */
  async remove(slot: ChapterSlot): Promise<void> {
    const { title } = slot.chapter;
    await this.#attempt(async () => {
      await deleteChapter(slot.id);
      await this.#report.details.refresh();
      const run = (): void => void this.restore(slot.id);
      this.#toasts.show(m.chapter_deleted({ title }), { action: { label: m.undo(), run } });
    });
  }

  /** Takes a chapter out of the bin. */
  async restore(chapterId: string): Promise<void> {
    await this.#attempt(async () => {
      await restoreChapter(chapterId);
      await this.#report.details.refresh();
      void this.#report.openTexts();
    });
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#toasts.show(problemText(error), { tone: 'bad' });
    }
  }
}

/** The id of a chapter's section on the page, which outline links and the palette lead to. */
export function chapterAnchor(chapterId: string): string {
  return `chapter-${chapterId}`;
}

/** The acts of the report on screen: its page sets them. */
export const [getReportActs, setReportActs] = createContext<ReportActs>();
