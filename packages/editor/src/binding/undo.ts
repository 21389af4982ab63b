import { createUndoManager } from '@plenary/report-model';
import { TextSelection } from '@tiptap/pm/state';
import type { UndoManager } from 'yjs';
import type { ActKind } from './act-kind.ts';
import { type ChapterBinding, followKey, type StateHost } from './binding.ts';

/** What is written within this time of one another is undone at once; any other act is undone on its own. */
const CAPTURE_TIMEOUT_MS = 400;

const SELECTION = 'selection';

interface SharedSelection {
  readonly anchor: unknown;
  readonly head: unknown;
}

/**
 * Undo and redo of one's own acts in one chapter: what others did meanwhile stays. The caret returns
 * to where it was when the act began.
 */
export class OwnHistory {
  readonly #binding: ChapterBinding;
  readonly #host: StateHost;
  readonly #manager: UndoManager;
  #before: SharedSelection | null = null;
  #last: ActKind = 'other';

  constructor(binding: ChapterBinding, host: StateHost, onChange: () => void = () => {}) {
    this.#binding = binding;
    this.#host = host;
    this.#manager = createUndoManager(binding.model.doc, binding.origin, {
      captureTimeout: CAPTURE_TIMEOUT_MS,
    });
    this.#manager.on('stack-item-added', ({ stackItem, type }) => {
      // An act undone keeps the selection for its redo, and the other way round.
      if (type === 'undo') stackItem.meta.set(SELECTION, this.#before);
      onChange();
    });
    this.#manager.on('stack-item-popped', ({ stackItem }) => {
      this.#restore(stackItem.meta.get(SELECTION) as SharedSelection | null | undefined);
      onChange();
    });
  }

  get canUndo(): boolean {
    return this.#manager.undoStack.length > 0;
  }

  get canRedo(): boolean {
    return this.#manager.redoStack.length > 0;
  }

  /** Takes back the last act. False when there is none. */
  undo(): boolean {
    if (!this.#binding.isEditable) return false;
    return this.#manager.undo() !== null;
  }

  /** Does again what was taken back last. False when there is nothing. */
  redo(): boolean {
    if (!this.#binding.isEditable) return false;
    return this.#manager.redo() !== null;
  }

  /**
   * Before an act: keeps where the caret is, for the act's undo. Unless one is writing and goes on to
   * write, the act is one of its own, however soon it comes.
   */
  remember(kind: ActKind): void {
    if (kind === 'other' || this.#last === 'other') this.stopCapturing();
    this.#last = kind;
    const { state } = this.#host;
    const { anchor, head } = state.selection;
    this.#before = {
      anchor: this.#binding.toShared(state, anchor),
      head: this.#binding.toShared(state, head),
    };
  }

  /** What follows is an act of its own, however soon it comes. */
  stopCapturing(): void {
    this.#manager.stopCapturing();
  }

  /** From here on nothing done before can be taken back. */
  forget(): void {
    this.#manager.clear();
  }

  /** Stops following one's acts. Twice is safe. */
  close(): void {
    this.#manager.destroy();
  }

  #restore(selection: SharedSelection | null | undefined): void {
    if (selection === null || selection === undefined) return;
    const { state } = this.#host;
    const anchor = this.#binding.toPosition(state, selection.anchor);
    const head = this.#binding.toPosition(state, selection.head);
    if (anchor === null || head === null) return;
    const between = TextSelection.between(state.doc.resolve(anchor), state.doc.resolve(head));
    this.#host.dispatch(
      state.tr.setSelection(between).setMeta(followKey, { isStructural: false }).scrollIntoView(),
    );
  }
}
