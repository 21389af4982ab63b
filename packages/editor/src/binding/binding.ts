import { ChapterModel, type ModelEvent } from '@plenary/report-model';
import type { Node } from '@tiptap/pm/model';
import {
  type EditorState,
  Plugin,
  PluginKey,
  TextSelection,
  type Transaction,
} from '@tiptap/pm/state';
import { fixTablesKey } from '@tiptap/pm/tables';
import type { Doc } from 'yjs';
import { chapterSchema } from '../schema/schema.ts';
import { applyChanges, isStructural, replaceBlocks, settleChanges } from './apply-event.ts';
import { applyEdit } from './apply-edit.ts';
import { nodesOfBlocks } from './block-to-node.ts';
import { type ComposedBlock, composedBlock, touches } from './composed-block.ts';
import type { Edit } from './edits.ts';
import { HeldChanges, typeAgain } from './held-changes.ts';
import { findMismatch } from './mismatch.ts';
import { modelPoint, positionOfPoint } from './places.ts';
import { editsOfStep } from './step-to-edits.ts';

/** Who holds the editor's state: the view, or a plain object in tests. */
export interface StateHost {
  readonly state: EditorState;
  /** Whether text is being composed, so that the element it stands in must not be touched. */
  readonly composing: boolean;
  dispatch(tr: Transaction): void;
}

/** What the binding may be told. */
export interface BindingOptions {
  /** Told when the page and the document differed; the page was then drawn from the document. */
  readonly onMismatch?: (what: string) => void;
  /** Compares page and document after every change: for tests, it costs a reading of both. */
  readonly isChecked?: boolean;
  /** Called before a change of the document that is not one's own edit: the caret is kept from then on. */
  readonly beforeFollowing?: () => void;
}

/** What a transaction that comes from the document says about itself. */
export interface FollowMeta {
  /** Whether blocks were replaced, so that places in them have to be found anew. */
  readonly isStructural: boolean;
}

/** On transactions that show what happened in the document: never sent back. */
export const followKey = new PluginKey<null>('follow');

/**
 * Ties one editor to one chapter's document. What the person does is written to the document by
 * deltas, step by step; what happens in the document (by others, by undo, by commands that work on
 * the document) is shown by small steps.
 *
 * Invariants: 1. Between two calls the page shows exactly what the document holds, but for changes held
 * while text is composed in the block they are about, until {@link release}. 2. Nothing is
 * written but in {@link send}, for transactions of the person. 3. A transaction that cannot be
 * written is not applied. 4. Where 1 fails, the page follows the document, never the other way.
 */
export class ChapterBinding {
  readonly model: ChapterModel;
  /** The origin of this editor's own changes: what undo takes back. */
  readonly origin: object = { name: 'chapter editor' };
  /** Refuses what cannot be written, and everything while the chapter is read-only. */
  readonly plugin: Plugin<null>;
  isEditable: boolean;
  readonly #options: BindingOptions;
  readonly #edits = new WeakMap<Transaction, readonly Edit[]>();
  #host: StateHost | null = null;
  #stopObserving: (() => void) | null = null;
  #isSending = false;
  #caret: { readonly anchor: unknown; readonly head: unknown } | null = null;
  #composed: ComposedBlock | null = null;
  #held: HeldChanges | null = null;

  constructor(doc: Doc, isEditable: boolean, options: BindingOptions = {}) {
    this.model = new ChapterModel(doc);
    this.isEditable = isEditable;
    this.#options = options;
    this.plugin = new Plugin<null>({
      key: followKey,
      filterTransaction: (tr) => this.#isAllowed(tr),
      state: { init: () => null, apply: () => null },
    });
  }

  /** The document as nodes: what the editor's state starts from. */
  initialDoc(): Node {
    return chapterSchema.nodes['doc'].create(null, nodesOfBlocks(this.model.blocks));
  }

  /** Starts following the document. The host's state must have been made from {@link initialDoc}. */
  attach(host: StateHost): void {
    this.#host = host;
    this.model.doc.on('beforeAllTransactions', this.#rememberCaret);
    this.#stopObserving = this.model.observe((event) => this.#onEvent(event));
  }

  /** Stops following, after writing what was held back. Twice is safe. */
  close(): void {
    this.release();
    this.#stopObserving?.();
    this.model.doc.off('beforeAllTransactions', this.#rememberCaret);
    this.model.close();
    this.#host = null;
  }

  /** Writes what the person did. To be called once with every transaction that was applied. */
  send(transactions: readonly Transaction[]): void {
    if (this.#held !== null) {
      for (const tr of transactions) if (this.#edits.has(tr)) this.#held.type(tr);
      this.#check();
      return;
    }
    const edits = transactions.flatMap((tr) => this.#edits.get(tr) ?? []);
    if (edits.length === 0) {
      this.#check();
      return;
    }
    this.#isSending = true;
    let isDone = true;
    try {
      this.model.transact(this.origin, () => {
        isDone = edits.every((edit) => applyEdit(this.model, edit, this.origin));
      });
    } catch (error) {
      if (this.#options.isChecked === true) throw error;
      // What was written before the failure stays; the page then shows just that.
      isDone = false;
    } finally {
      this.#isSending = false;
    }
    if (!isDone) this.#redraw('an edit had no place in the document');
    this.#check();
  }

  /** Whether changes wait for the end of a composition. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** Once nothing is composed any more: shows what was held and writes what was typed meanwhile. */
  release(): void {
    const [held, host] = [this.#held, this.#host];
    if (held === null || host === null) return;
    const { tr } = host.state;
    const typed = held.release(tr, this.model);
    this.#held = null;
    if (typed === null) keepCaretInPlace(tr, host.state);
    host.dispatch(tr.setMeta(followKey, { isStructural: true }).setMeta('addToHistory', false));
    if (typed !== null && this.isEditable) host.dispatch(typeAgain(host.state.tr, typed));
    this.#check();
  }

  /** A place of the page in the document's terms, to be told to others or kept. */
  toShared(state: EditorState, pos: number): unknown {
    const held = this.#held;
    const composed = held?.composedPlace(pos) ?? null;
    if (composed !== null) return composed;
    const [doc, place] = held === null ? [state.doc, pos] : [held.doc, held.toHeld(pos)];
    const point = modelPoint(this.model, doc, place);
    return point === null ? null : this.model.toRelative(point, 'left');
  }

  /** Where such a place is on the page now, or null. */
  toPosition(state: EditorState, shared: unknown): number | null {
    const held = this.#held;
    const composed = held?.composedPosition(shared) ?? null;
    if (composed !== null) return composed;
    const point = this.model.fromRelative(shared);
    const place = point && positionOfPoint(this.model, held?.doc ?? state.doc, point);
    return place === null || held === null ? place : held.fromHeld(place);
  }

  #isAllowed(tr: Transaction): boolean {
    if (!tr.docChanged || tr.getMeta(followKey) !== undefined) return true;
    // Tables are mended where they are read (docs/spec/document-format.md), never by writing.
    if (!this.isEditable || tr.getMeta(fixTablesKey) !== undefined) return false;
    const edits: Edit[] = [];
    for (const [index, step] of tr.steps.entries()) {
      const after = tr.docs[index + 1] ?? tr.doc;
      const stepEdits = editsOfStep(step, tr.docs[index]!, after);
      if (stepEdits === null) return false;
      edits.push(...stepEdits);
    }
    if (this.#held?.accepts(tr, edits) === false) return false;
    this.#edits.set(tr, edits);
    return true;
  }

  readonly #rememberCaret = (): void => {
    if (this.#host !== null && !this.#isSending) this.#options.beforeFollowing?.();
    const state = this.#host?.state;
    if (state === undefined || this.#isSending || !(state.selection instanceof TextSelection)) {
      this.#caret = null;
      this.#composed = null;
      return;
    }
    if (this.#held !== null) return;
    const { anchor, head } = state.selection;
    this.#caret = { anchor: this.toShared(state, anchor), head: this.toShared(state, head) };
    this.#composed =
      this.#host?.composing === true ? composedBlock(this.model, state.doc, head) : null;
  };

  #onEvent(event: ModelEvent): void {
    const host = this.#host;
    if (host === null) return;
    if (this.#isSending) {
      this.#settle(host, event);
      return;
    }
    if (this.#isHeld(host, event)) return;
    const { tr } = host.state;
    const meta: FollowMeta = { isStructural: event.changes.some(isStructural) };
    let isDone: boolean;
    try {
      isDone = applyChanges(tr, this.model, event.changes);
    } catch {
      isDone = false;
    }
    if (!isDone) {
      this.#redraw('a change of the document had no place on the page');
      return;
    }
    if (meta.isStructural) this.#restoreCaret(tr, host.state);
    else keepCaretInPlace(tr, host.state);
    host.dispatch(tr.setMeta(followKey, meta).setMeta('addToHistory', false));
    this.#check();
  }

  /** Holds a change that is about the block in which text is composed, and all that come after it. */
  #isHeld({ state }: StateHost, { changes }: ModelEvent): boolean {
    if (this.#held === null) {
      if (this.#composed === null || !touches(this.#composed, changes)) return false;
      this.#held = new HeldChanges(state, this.#composed.units);
    }
    if (!this.#held.add(this.model, changes)) {
      this.#options.onMismatch?.('a change of the document had no place on the page');
    }
    this.#check();
    return true;
  }

  /** After one's own edit: where the document made something else of it, the page follows. */
  #settle(host: StateHost, event: ModelEvent): void {
    const { tr } = host.state;
    const isDone = settleChanges(tr, this.model, event.changes);
    if (!isDone) this.#redraw('an edit had another outcome in the document');
    else if (tr.docChanged) host.dispatch(tr.setMeta(followKey, { isStructural: true }));
  }

  #restoreCaret(tr: Transaction, before: EditorState): void {
    const caret = this.#caret;
    if (caret === null || !(before.selection instanceof TextSelection)) return;
    const places = [caret.anchor, caret.head].map((shared) => {
      const point = this.model.fromRelative(shared);
      return point === null ? null : positionOfPoint(this.model, tr.doc, point);
    });
    const [anchor, head] = places;
    if (typeof anchor !== 'number' || typeof head !== 'number') return;
    tr.setSelection(TextSelection.between(tr.doc.resolve(anchor), tr.doc.resolve(head)));
  }

  #redraw(reason: string): void {
    const host = this.#host;
    if (host === null) return;
    const { tr } = host.state;
    replaceBlocks(tr, bodyOf(tr.doc), {
      from: 0,
      to: tr.doc.childCount,
      blocks: this.model.blocks,
    });
    if (!tr.docChanged) return;
    this.#options.onMismatch?.(reason);
    host.dispatch(tr.setMeta(followKey, { isStructural: true }));
  }

  #check(): void {
    if (this.#options.isChecked !== true || this.#host === null) return;
    const mismatch = findMismatch(this.#held?.doc ?? this.#host.state.doc, this.model);
    if (mismatch !== null) throw new Error(`page and document differ: ${mismatch}`);
  }
}

function bodyOf(doc: Node) {
  return { path: { kind: 'body' }, node: doc, start: 0 } as const;
}

/**
 * What others type at one's caret comes after it. ProseMirror would push the caret along, and the
 * letters of two people who type at one place would mingle.
 */
function keepCaretInPlace(tr: Transaction, { selection }: EditorState): void {
  if (!(selection instanceof TextSelection) || !selection.empty) return;
  const place = tr.mapping.map(selection.head, -1);
  if (place !== tr.selection.head) tr.setSelection(TextSelection.create(tr.doc, place));
}
