import { Doc, applyUpdate, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { ROOT } from '../typist.ts';

/**
 * What the server has said of one chapter: every byte it sent to anybody, and every edit it told
 * somebody was saved. None of that may ever be gone again.
 */
export class Ledger {
  #promised = new Doc();
  #edits = 0;

  /** Updates noted since this was asked for the last time. */
  takeCount(): number {
    const count = this.#edits;
    this.#edits = 0;
    return count;
  }

  /** The server showed this to somebody, or said that it is saved. */
  note(update: Uint8Array): void {
    this.#edits += 1;
    applyUpdate(this.#promised, update);
  }

  /**
   * Compares with a chapter as a newcomer is given it, and says what is wrong: empty when all that
   * was promised is there, insertions and deletions, under the same ids with the same words.
   */
  faults(state: Uint8Array): string[] {
    const faults: string[] = [];
    const { pendingStructs, pendingDs } = this.#promised.store;
    if (pendingStructs !== null || pendingDs !== null) {
      faults.push('something was shown that builds on what nobody was shown');
    }
    const kept = docOf(state);
    const vector = encodeStateVector(kept);
    const text = textOf(kept);
    // Whatever the chapter has already changes nothing; an event means that something was missing.
    let grew = false;
    kept.on('update', () => (grew = true));
    applyUpdate(kept, encodeStateAsUpdate(this.#promised));
    if (grew) {
      const missing = encodeStateAsUpdate(this.#promised, vector);
      faults.push(`what was shown is missing: ${missing.length} bytes beyond what is kept`);
    }
    const merged = docOf(encodeStateAsUpdate(this.#promised));
    applyUpdate(merged, state);
    if (textOf(merged) !== text) faults.push('kept text differs from what was shown');
    return faults;
  }

  /** From now on all of this is promised: a newcomer was shown it. */
  startFrom(state: Uint8Array): void {
    this.#promised.destroy();
    this.#promised = docOf(state);
  }
}

/** A document with one state in it. */
export function docOf(state: Uint8Array): Doc {
  const doc = new Doc();
  applyUpdate(doc, state);
  return doc;
}

/** The words in a document. */
export function textOf(doc: Doc): string {
  return doc.getText(ROOT).toJSON();
}
