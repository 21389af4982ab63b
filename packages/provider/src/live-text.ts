import type { Awareness } from 'y-protocols/awareness';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';
import { Listeners } from './listeners.ts';
import { createAwareness, PresenceLane } from './presence.ts';
import type { Clock } from './types.ts';
import { holdsBack, holdsDeletionsOnly, mergeAll } from './yjs-bytes.ts';

/** Origin of everything that did not happen on this page's keyboard. */
const NOT_TYPED_HERE = Symbol('not typed here');

/** A chapter's document and presence on this page, and what tells typing from receiving. */
export class LiveText {
  /** Called when the document was replaced, while the old one still works. */
  readonly replacements = new Listeners();
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onTyped: (bytes: Uint8Array, implied: boolean) => void;
  readonly #sendPresence: (bytes: Uint8Array) => void;
  readonly #prepare: (doc: Doc) => void;
  #doc: Doc;
  #presence: PresenceLane;
  #applying = false;

  constructor(options: {
    clock: Clock;
    random: () => number;
    /** A local change; `implied` when Yjs drew it from what was being applied. */
    onTyped: (bytes: Uint8Array, implied: boolean) => void;
    sendPresence: (bytes: Uint8Array) => void;
    /** Sets up how a new document is read, before anything is in it. */
    prepare: (doc: Doc) => void;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#onTyped = options.onTyped;
    this.#sendPresence = options.sendPresence;
    this.#prepare = options.prepare;
    this.#doc = this.#createDoc();
    this.#presence = this.#createPresence();
  }

  get doc(): Doc {
    return this.#doc;
  }

  get awareness(): Awareness {
    return this.#presence.awareness;
  }

  get presence(): PresenceLane {
    return this.#presence;
  }

  /** Whether something waits in the document for what it builds on. */
  get holdsBack(): boolean {
    return holdsBack(this.#doc);
  }

  /** Takes in what was not typed here. Throws when `bytes` is no Yjs update. */
  apply(bytes: Uint8Array): void {
    this.#applying = true;
    try {
      applyUpdate(this.#doc, bytes, NOT_TYPED_HERE);
    } finally {
      this.#applying = false;
    }
  }

  /** Everything in the document as one update, what it holds back included. */
  encode(): Uint8Array {
    return encodeStateAsUpdate(this.#doc);
  }

  /** What the document has beyond a state vector; null when the vector cannot be read. */
  beyond(stateVector: Uint8Array): Uint8Array | null {
    try {
      return encodeStateAsUpdate(this.#doc, stateVector);
    } catch {
      return null;
    }
  }

  /** A new document made of these updates takes the place of the old one. */
  replace(updates: readonly Uint8Array[]): void {
    const old = this.#doc;
    const oldPresence = this.#presence;
    old.off('update', this.#onUpdate);
    this.#doc = this.#createDoc();
    if (updates.length > 0) this.apply(mergeAll(updates));
    this.#presence = this.#createPresence();
    this.#presence.awareness.setLocalState(oldPresence.awareness.getLocalState());
    this.replacements.emit();
    oldPresence.close();
    old.destroy();
  }

  /** Takes the presence away and hears nothing more; the document stays readable. */
  stop(): void {
    this.#presence.close();
    this.#doc.off('update', this.#onUpdate);
  }

  destroy(): void {
    this.replacements.clear();
    this.#doc.destroy();
  }

  readonly #onUpdate = (bytes: Uint8Array, origin: unknown): void => {
    if (origin === NOT_TYPED_HERE) return;
    this.#onTyped(bytes, this.#applying && holdsDeletionsOnly(bytes));
  };

  #createDoc(): Doc {
    const doc = new Doc();
    this.#prepare(doc);
    doc.clientID = Math.floor(this.#random() * 2 ** 32);
    doc.on('update', this.#onUpdate);
    return doc;
  }

  #createPresence(): PresenceLane {
    return new PresenceLane(createAwareness(this.#doc), this.#clock, this.#sendPresence);
  }
}
