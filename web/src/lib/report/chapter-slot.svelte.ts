import type { Access, Chapter } from '@plenary/protocol';
import type { Draft, Replica, SaveState } from '@plenary/provider';
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { ChapterDigest } from '#lib/collab/digest.ts';
import type { Engine } from '#lib/collab/engine.ts';
import { pendingOf } from '#lib/collab/save-summary.ts';
import type { UnsentIndex } from '#lib/collab/unsent-index.ts';
import { whenIdle } from '#lib/state/when-idle.ts';

/** Counting words and reading headings waits for a pause in typing of this length. */
const DIGEST_PAUSE_MS = 600;

/**
 * "Saved" is said once nothing was typed for this long. Between two keys it would come and go: a
 * frame each, and a light that flickers.
 */
const SAVED_PAUSE_MS = 500;

/** A chapter's text with the presence that belongs to it; both change together. */
export interface Binding {
  readonly doc: Doc;
  readonly awareness: Awareness;
}

/** One chapter on the page: its place in the outline, and its text once it was opened. */
export class ChapterSlot {
  readonly id: string;
  #chapter = $state.raw<Chapter>() as Chapter;
  #state = $state.raw<SaveState | null>(null);
  #access = $state.raw<Access | null>(null);
  #drafts = $state.raw<readonly Draft[]>([]);
  #binding = $state.raw<Binding | null>(null);
  #digest = $state.raw<ChapterDigest | null>(null);
  #isNear = $state(false);
  #replica: Replica | null = null;
  #digestTimer: ReturnType<typeof setTimeout> | undefined;
  #savedTimer: ReturnType<typeof setTimeout> | undefined;
  #stops: (() => void)[] = [];

  constructor(chapter: Chapter) {
    this.id = chapter.id;
    this.#chapter = chapter;
  }

  /** The chapter as the outline has it now. */
  get chapter(): Chapter {
    return this.#chapter;
  }

  /** The state of saving; null before the chapter was opened. */
  get state(): SaveState | null {
    return this.#state;
  }

  get drafts(): readonly Draft[] {
    return this.#drafts;
  }

  /** The text to edit; null until there is something to show. */
  get binding(): Binding | null {
    return this.#binding;
  }

  /** Words and headings; null until they were read for the first time. */
  get digest(): ChapterDigest | null {
    return this.#digest;
  }

  /** Whether the chapter has come near what is on screen; once true it stays true. */
  get isNear(): boolean {
    return this.#isNear;
  }

  /**
   * Whether the person may write now. Before the server has said so, for instance on a train, what
   * the outline last said counts; the server has the last word when the edits arrive.
   */
  isWritable(mayEdit: boolean): boolean {
    if (this.#state?.kind === 'closed') return false;
    if (this.#access !== null) return this.#access.mode === 'write';
    return mayEdit && !this.#chapter.frozen;
  }

  /** Takes over a changed place, title or state. */
  update(chapter: Chapter): void {
    this.#chapter = chapter;
  }

  /** The chapter is near the screen: its editor should be there. */
  approach(): void {
    this.#isNear = true;
  }

  /** Opens the chapter's text; only the first call does something. Resolves when it can be shown. */
  async open(engine: Engine, unsent: UnsentIndex): Promise<void> {
    if (this.#replica !== null) return;
    const replica = engine.connection.open(this.id);
    this.#replica = replica;
    const look = (): void => this.#look(replica, unsent);
    this.#stops.push(
      replica.onChange(look),
      replica.onReplaced(() => this.#bind(replica, engine)),
    );
    look();
    await replica.whenLoaded;
    if (this.#replica === replica) this.#bind(replica, engine);
  }

  /** Removes a draft for good. */
  async discardDraft(id: string): Promise<void> {
    await this.#replica?.discardDraft(id);
  }

  /** Leaves the chapter; what is unsent stays on this device. Safe to call twice. */
  async close(): Promise<void> {
    clearTimeout(this.#digestTimer);
    clearTimeout(this.#savedTimer);
    for (const stop of this.#stops.splice(0)) stop();
    const replica = this.#replica;
    this.#replica = null;
    this.#binding = null;
    this.#state = null;
    await replica?.close();
  }

  #look(replica: Replica, unsent: UnsentIndex): void {
    this.#access = replica.access;
    this.#drafts = replica.drafts;
    clearTimeout(this.#savedTimer);
    const isSavedNow = replica.state.kind === 'saved' && this.#state?.kind === 'saving';
    if (isSavedNow && this.#state !== null && pendingOf(this.#state) > 0) {
      this.#savedTimer = setTimeout(() => this.#takeState(replica, unsent), SAVED_PAUSE_MS);
    } else this.#takeState(replica, unsent);
  }

  #takeState(replica: Replica, unsent: UnsentIndex): void {
    this.#state = replica.state;
    if (pendingOf(replica.state) > 0 || replica.drafts.length > 0) {
      const { documentId, title } = this.#chapter;
      unsent.add({ chapterId: this.id, documentId, title });
    } else if (replica.state.kind !== 'loading') {
      unsent.remove(this.id);
    }
  }

  #bind(replica: Replica, engine: Engine): void {
    const { doc, awareness } = replica;
    this.#binding = { doc, awareness };
    const soon = (): void => {
      clearTimeout(this.#digestTimer);
      this.#digestTimer = setTimeout(() => (this.#digest = engine.digestOf(doc)), DIGEST_PAUSE_MS);
    };
    doc.on('update', soon);
    this.#stops.push(() => doc.off('update', soon));
    // The text comes first: people read and type before they look at the number of words.
    void whenIdle(DIGEST_PAUSE_MS).then(() => {
      if (this.#binding?.doc === doc) this.#digest = engine.digestOf(doc);
    });
  }
}
