import type { Trace } from '@plenary/testing';
import type { Doc } from 'yjs';

/** Root of the text, as in Plenary's chapters; the relay does not look inside. */
export const ROOT = 'body';

/** Origin of what a typist does, to tell it from what a provider brings. */
export const TYPED = Symbol('typed');

/**
 * Types a recorded program of edits into documents, from a place of its own in the recording. Places
 * in the text are taken within what is there: others write as well.
 */
export class Typist {
  readonly #trace: Trace;
  readonly #random: () => number;
  #next: number;

  constructor(trace: Trace, random: () => number) {
    this.#trace = trace;
    this.#random = random;
    this.#next = Math.floor(random() * trace.transactions.length);
  }

  /** Makes the next recorded change, all of it in one transaction. */
  type(doc: Doc): void {
    const patches = this.#trace.transactions[this.#next] ?? [];
    this.#next = (this.#next + 1) % this.#trace.transactions.length;
    const text = doc.getText(ROOT);
    doc.transact(() => {
      for (const [position, deleted, inserted] of patches) {
        const at = text.length === 0 ? 0 : position % (text.length + 1);
        const count = Math.min(deleted, text.length - at);
        if (count > 0) text.delete(at, count);
        if (inserted !== '') text.insert(at, inserted);
      }
    }, TYPED);
  }

  /** Pastes so many characters of the recorded text at a random place. */
  paste(doc: Doc, length: number): void {
    const text = doc.getText(ROOT);
    const source = this.#trace.endContent;
    const from = Math.floor(this.#random() * Math.max(1, source.length - length));
    doc.transact(() => {
      text.insert(
        Math.floor(this.#random() * (text.length + 1)),
        source.slice(from, from + length),
      );
    }, TYPED);
  }
}
