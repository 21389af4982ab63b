import type { Chapter, DocumentDetails, Outline, PersonRef } from '@plenary/protocol';
import type { ChapterEditor, EditorUiState } from '@plenary/editor';
import type { SaveState } from '@plenary/provider';
import { createContext, tick } from 'svelte';
import { readDocument } from '#lib/api/documents.ts';
import { Resource } from '#lib/state/resource.svelte.ts';
import { Turns } from '#lib/state/turns.ts';
import { whenIdle } from '#lib/state/when-idle.ts';
import type { Collab } from '#lib/collab/collab.svelte.ts';
import { summarise, type SaveSummary } from '#lib/collab/save-summary.ts';
import { ChapterSlot } from '#lib/report/chapter-slot.svelte.ts';

/** Who has the document open, as the workspace's presence tells it. */
export interface Company {
  readonly people: readonly PersonRef[];
  /** All of them; `people` may be cut short. */
  readonly count: number;
}

/** Where the caret goes in a chapter: to an end, or to a block by its key. */
export type CaretPlace = 'start' | 'end' | { readonly block: string };

/** The editor that has the focus, or had it last. */
export interface ActiveEditor {
  readonly slot: ChapterSlot;
  readonly editor: ChapterEditor;
}

/**
 * One report on screen: its outline, its chapters' texts, who is here, and which editor the toolbar
 * acts on. The outline comes from the API and is kept current by live news; texts come through the
 * person's connection, chapters near the screen first and the others when those have arrived.
 */
export class ReportState {
  readonly documentId: string;
  readonly details: Resource<DocumentDetails>;
  /** Editors are made one after the other, so that the first can be typed in soon. */
  readonly editorTurns = new Turns();
  readonly #collab: Collab;
  #slots = $state.raw<readonly ChapterSlot[]>([]);
  #company = $state.raw<Company>({ people: [], count: 0 });
  #active = $state.raw<ActiveEditor | null>(null);
  #activeUi = $state.raw<EditorUiState | null>(null);
  #reading = $state.raw<ChapterSlot | null>(null);
  #engineError = $state.raw<unknown>();
  #isDeleted = $state(false);
  #isClosed = false;
  readonly #inReadingBand = new Set<ChapterSlot>();
  readonly #editors = new Map<string, ChapterEditor>();
  /** Where the caret goes as soon as a chapter's editor is there. */
  #awaited: { readonly slot: ChapterSlot; readonly place: CaretPlace } | null = null;

  readonly summary: SaveSummary = $derived(
    summarise(this.#slots.flatMap((slot) => slot.state ?? this.#unopened(slot))),
  );
  /** Words of the chapters read so far, and whether that is all of them. */
  readonly words = $derived({
    count: this.#slots.reduce((sum, { digest }) => sum + (digest?.words ?? 0), 0),
    isComplete: this.#slots.every(({ digest }) => digest !== null),
  });

  constructor(documentId: string, collab: Collab) {
    this.documentId = documentId;
    this.#collab = collab;
    this.details = new Resource(async () => {
      const details = await readDocument(documentId);
      this.#sync(details.chapters);
      this.#isDeleted = false;
      return details;
    });
  }

  /** The chapters in their order. */
  get slots(): readonly ChapterSlot[] {
    return this.#slots;
  }

  get company(): Company {
    return this.#company;
  }

  /** What the toolbar acts on; null before any chapter had the focus. */
  get active(): ActiveEditor | null {
    return this.#active;
  }

  /** The chapter one is in, for outline and foot: where the caret is, else the one on screen. */
  get reading(): ChapterSlot | null {
    return this.#activeUi?.isFocused && this.#active ? this.#active.slot : this.#reading;
  }

  /** The state of the active editor, for the toolbar. */
  get activeUi(): EditorUiState | null {
    return this.#activeUi;
  }

  /** Why the texts cannot be opened at all: the code for it could not be loaded. */
  get engineError(): unknown {
    return this.#engineError;
  }

  /** Whether somebody put the document into the bin while it was open. */
  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Whether the person may write in chapters that are not frozen. */
  get mayEdit(): boolean {
    return this.details.value?.rights.edit ?? false;
  }

  /** Begins what opening texts needs and takes long, without knowing yet which texts. */
  prepare(): void {
    // Whoever needs it asks again and tells of the failure.
    this.#collab.engine().catch(() => undefined);
  }

  /** Opens the texts, one after the other, those near the screen first. */
  async openTexts(): Promise<void> {
    this.#engineError = undefined;
    try {
      const engine = await this.#collab.engine();
      const opened = new Set<ChapterSlot>();
      for (let next = this.#next(opened); next !== undefined; next = this.#next(opened)) {
        opened.add(next);
        const opening = next.open(engine, this.#collab.unsent);
        // One that the server is slow to open does not hold up the others.
        await Promise.race([opening, pause(OPENING_PATIENCE_MS)]);
        await whenIdle(DRAWING_PATIENCE_MS);
      }
    } catch (error) {
      this.#engineError = error;
    }
  }

  /** Takes over the outline as live news brought it; older ones are dropped. */
  takeOutline(outline: Outline): void {
    const known = this.details.value;
    if (known === undefined || outline.version <= known.version) return;
    const { title, version, chapters } = outline;
    this.details.set({ ...known, title, version, chapters });
    this.#sync(chapters);
    void this.openTexts();
  }

  takeCompany(company: Company): void {
    this.#company = company;
  }

  /** The document was put into the bin. */
  deleted(): void {
    this.#isDeleted = true;
  }

  /** A chapter's editor is there; the caret goes into it when it was waited for. */
  editorMounted(slot: ChapterSlot, editor: ChapterEditor): void {
    this.#editors.set(slot.id, editor);
    if (this.#awaited?.slot !== slot) return;
    putCaret(editor, this.#awaited.place);
    this.#awaited = null;
  }

  /** A chapter's editor has gone: the page was left, or its text was replaced. */
  editorRemoved(slot: ChapterSlot): void {
    this.#editors.delete(slot.id);
    if (this.#active?.slot !== slot) return;
    this.#active = null;
    this.#activeUi = null;
  }

  /** An editor has something new to tell the toolbar. */
  editorChanged(slot: ChapterSlot, ui: EditorUiState): void {
    const editor = this.#editors.get(slot.id);
    if (editor === undefined) return;
    if (ui.isFocused) this.#active = { slot, editor };
    if (this.#active?.slot === slot) this.#activeUi = ui;
  }

  /** A chapter has come to where people read, or left it. Between two chapters the last one stays. */
  reads(slot: ChapterSlot, isRead: boolean): void {
    if (isRead) this.#inReadingBand.add(slot);
    else this.#inReadingBand.delete(slot);
    this.#reading = this.#slots.find((one) => this.#inReadingBand.has(one)) ?? this.#reading;
  }

  /** Whether a chapter's editor is there. */
  hasEditor(slot: ChapterSlot): boolean {
    return this.#editors.has(slot.id);
  }

  /** Lets a chapter's editor be written in or not; nothing while it is not there. */
  setEditable(slot: ChapterSlot, isEditable: boolean): void {
    this.#editors.get(slot.id)?.setEditable(isEditable);
  }

  /** Names a chapter's text, as its title and number are now; nothing while it is not there. */
  nameEditor(slot: ChapterSlot, name: string): void {
    this.#editors.get(slot.id)?.setName(name);
  }

  /** Puts the caret into a chapter, now or as soon as its editor is there. */
  focusChapter(slot: ChapterSlot, place: CaretPlace): void {
    const editor = this.#editors.get(slot.id);
    if (editor !== undefined) return putCaret(editor, place);
    this.#awaited = { slot, place };
    slot.approach();
  }

  /** The caret leaves a chapter by an arrow key: goes on in its neighbour. False at the ends. */
  leaveChapter(slot: ChapterSlot, towards: 'before' | 'after'): boolean {
    const at = this.#slots.indexOf(slot) + (towards === 'after' ? 1 : -1);
    const neighbour = this.#slots[at];
    if (neighbour === undefined) return false;
    this.focusChapter(neighbour, towards === 'after' ? 'start' : 'end');
    return true;
  }

  /** Leaves all chapters. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#slots.map((slot) => slot.close()));
    // What was still on its way goes on without the report.
    await this.#collab.deliver().catch(reportError);
  }

  /** Keeps the slots of chapters that stay, adds those that came, closes those that went. */
  #sync(chapters: readonly Chapter[]): void {
    void this.#keepFocus();
    const known = new Map(this.#slots.map((slot) => [slot.id, slot]));
    this.#slots = chapters.map((chapter) => {
      const slot = known.get(chapter.id) ?? new ChapterSlot(chapter);
      known.delete(chapter.id);
      slot.update(chapter);
      return slot;
    });
    for (const gone of known.values()) void gone.close();
  }

  /** A chapter not opened yet says nothing, unless this device holds something unsent of it. */
  #unopened({ id }: ChapterSlot): readonly SaveState[] {
    return this.#collab.unsent.has(id) ? [{ kind: 'loading' }] : [];
  }

  /**
   * A chapter that moves on the page loses the focus, in its text as in the outline: gives it back, so
   * that whoever is typing there goes on typing.
   */
  async #keepFocus(): Promise<void> {
    const focused = document.activeElement;
    const active = this.#activeUi?.isFocused ? this.#active : null;
    await tick();
    if (!(focused instanceof HTMLElement) || !focused.isConnected) return;
    if (document.activeElement !== document.body) return;
    // The editor knows where its caret was; a formula's field keeps it itself.
    if (active !== null && focused.isContentEditable) active.editor.focus();
    else focused.focus({ preventScroll: true });
  }

  #next(opened: ReadonlySet<ChapterSlot>): ChapterSlot | undefined {
    if (this.#isClosed) return undefined;
    const waiting = this.#slots.filter((slot) => !opened.has(slot));
    return waiting.find((slot) => slot.isNear) ?? waiting[0];
  }
}

function putCaret(editor: ChapterEditor, place: CaretPlace): void {
  if (typeof place === 'object') editor.showBlock(place.block);
  else editor.focus(place);
}

/** How long the next chapter waits for the one before it. */
const OPENING_PATIENCE_MS = 1_500;

/** How long it then waits until that one has been drawn. */
const DRAWING_PATIENCE_MS = 250;

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

/** The report on screen: its page sets it. */
export const [getReport, setReport] = createContext<ReportState>();
