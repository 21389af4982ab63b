import type { ChapterModel, ModelChange, UnitPlaces } from '@plenary/report-model';
import type { Fragment, Node } from '@tiptap/pm/model';
import { type EditorState, Selection, TextSelection, type Transaction } from '@tiptap/pm/state';
import { Transform } from '@tiptap/pm/transform';
import { applyChanges, replaceBlocks } from './apply-event.ts';
import type { EditAction } from './edits.ts';
import { positionOfPoint } from './places.ts';

/** What was typed while changes were held: `was` was replaced by `now`, both in one text. */
interface Typed {
  readonly was: { readonly from: number; readonly to: number };
  readonly now: { readonly from: number; readonly to: number };
}

/** What to write once the page shows the document again. */
export interface TypedMeanwhile {
  /** What was typed over and is still there, without what others put in between; in order. */
  readonly deleted: readonly { readonly from: number; readonly to: number }[];
  readonly place: number;
  readonly content: Fragment;
  /** Where the caret stood in `content`. */
  readonly caret: number;
}

/**
 * Changes of the document that wait while somebody composes text (with an input method, a dead key
 * or a screen keyboard) in the block they are about: a browser gives up or garbles a composition whose
 * text node is touched. What is composed meanwhile waits as well and is written afterwards.
 *
 * Three states of the page play a part: `was`, when the first change was held, which is the last
 * the document and the page agreed on; `now`, with what was typed since; and `held.doc`, what the
 * page would show had nothing been held.
 */
export class HeldChanges {
  readonly #held: Transform;
  readonly #textStart: number;
  readonly #units: readonly UnitPlaces[];
  #typed: Typed | null = null;

  /**
   * The state agrees with the document but for the changes that come; its caret is in the composed
   * text, whose units have these places.
   */
  constructor({ doc, selection }: EditorState, units: readonly UnitPlaces[]) {
    this.#held = new Transform(doc);
    this.#textStart = selection.$head.start();
    this.#units = units;
  }

  /** What the page would show. */
  get doc(): Node {
    return this.#held.doc;
  }

  /** Takes a change of the document. False when it had no place and the whole was compared instead. */
  add(model: ChapterModel, changes: readonly ModelChange[]): boolean {
    const { doc } = this.#held;
    try {
      if (applyChanges(this.#held, model, changes)) return true;
    } catch {
      // The comparison below starts from whatever steps were taken.
    }
    const body = { path: { kind: 'body' }, node: this.#held.doc, start: 0 } as const;
    const to = this.#held.doc.childCount;
    replaceBlocks(this.#held, body, { from: 0, to, blocks: model.blocks });
    return doc === this.#held.doc;
  }

  /** Whether the person may make these edits now: text in the composed block only. */
  accepts(tr: Transaction, edits: readonly EditAction[]): boolean {
    const isText = edits.every(({ kind }) => kind === 'insert-inlines' || kind === 'delete-text');
    if (!isText) return false;
    return tr.mapping.maps.every((map, index) => {
      let isInside = true;
      map.forEach((from, to) => {
        const doc = tr.docs[index]!;
        const starts = [from, to].map((pos) => doc.resolve(pos).start());
        isInside &&= starts.every((start) => start === this.#textStart);
      });
      return isInside;
    });
  }

  /** Takes what the person typed. */
  type(tr: Transaction): void {
    for (const map of tr.mapping.maps) {
      map.forEach((from, to, _start, end) => {
        this.#typed = widened(this.#typed, { from, to, end });
      });
    }
  }

  /** The document's place for a position in the composed text; null elsewhere and at its start. */
  composedPlace(pos: number): unknown {
    return this.#units[this.#toWas(pos) - this.#textStart - 1]?.after ?? null;
  }

  /** The position of such a place on the page; null when it is none in the composed text. */
  composedPosition(place: unknown): number | null {
    const wanted = JSON.stringify(place);
    const index = this.#units.findIndex(({ after }) => JSON.stringify(after) === wanted);
    return index === -1 ? null : this.#toNow(this.#textStart + index + 1);
  }

  /** A position of the page in what it would show. */
  toHeld(pos: number): number {
    return this.#held.mapping.map(this.#toWas(pos), -1);
  }

  /** The other way. */
  fromHeld(pos: number): number {
    return this.#toNow(this.#held.mapping.invert().map(pos, -1));
  }

  /**
   * Makes the page show the document: takes what was typed meanwhile away again, applies what was
   * held, and returns what is to be typed anew. Null when nothing was.
   */
  release(tr: Transaction, model: ChapterModel): TypedMeanwhile | null {
    const typed = this.#typed;
    const { doc, selection } = tr;
    if (typed === null) {
      for (const step of this.#held.steps) tr.step(step);
      return null;
    }
    const { was, now } = typed;
    const first = this.#held.docs[0] ?? this.#held.doc;
    const content = doc.slice(now.from, now.to).content;
    tr.replaceWith(now.from, now.to, first.slice(was.from, was.to).content);
    for (const step of this.#held.steps) tr.step(step);
    const find = (place: unknown): number | null => {
      const point = model.fromRelative(place);
      return point && positionOfPoint(model, tr.doc, point);
    };
    const offset = was.from - this.#textStart;
    const left = this.#units[offset - 1];
    const place = left ? find(left.after) : find(this.#units[offset]?.before);
    const over = this.#units.slice(offset, was.to - this.#textStart);
    return {
      deleted: stillThere(over, find),
      place: place ?? this.#held.mapping.map(was.from, -1),
      content,
      caret: Math.max(0, Math.min(selection.head - now.from, content.size)),
    };
  }

  #toWas(pos: number): number {
    if (this.#typed === null || pos <= this.#typed.now.from) return pos;
    const { was, now } = this.#typed;
    return pos < now.to ? was.from : pos - now.to + was.to;
  }

  #toNow(pos: number): number {
    if (this.#typed === null || pos <= this.#typed.was.from) return pos;
    const { was, now } = this.#typed;
    return pos < was.to ? now.from : pos - was.to + now.to;
  }
}

/** Types again what was typed meanwhile, where its place is now. */
export function typeAgain(tr: Transaction, typed: TypedMeanwhile): Transaction {
  for (const { from, to } of typed.deleted.toReversed()) tr.delete(from, to);
  const at = tr.doc.resolve(tr.mapping.map(typed.place, -1));
  // Where the whole block was deleted, its words go to the one before, as the document has it (D7).
  const place = at.parent.inlineContent ? at.pos : Selection.near(at, -1).head;
  tr.replaceWith(place, place, typed.content);
  return tr.setSelection(TextSelection.create(tr.doc, place + typed.caret)).scrollIntoView();
}

/** Where units are that nobody deleted: the places around a deleted one are the same. */
function stillThere(units: readonly UnitPlaces[], find: (place: unknown) => number | null) {
  const found: { readonly from: number; readonly to: number }[] = [];
  for (const { before, after } of units) {
    const [from, to] = [find(before), find(after)];
    if (from !== null && to !== null && to > from) found.push({ from, to });
  }
  return found.toSorted((a, b) => a.from - b.from);
}

/** One more replacement: `from` to `to` of the page became `from` to `end`. */
function widened(typed: Typed | null, change: { from: number; to: number; end: number }): Typed {
  const { from, to, end } = change;
  if (typed === null) return { was: { from, to }, now: { from, to: end } };
  const before = Math.max(0, typed.now.from - from);
  const after = Math.max(0, to - typed.now.to);
  return {
    was: { from: typed.was.from - before, to: typed.was.to + after },
    now: { from: typed.now.from - before, to: typed.now.to + after + end - to },
  };
}
