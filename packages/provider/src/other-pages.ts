import type { Outbox } from './outbox.ts';
import type { Clock, LocalCopy, UnsentEdit } from './types.ts';

/**
 * Edits of another page that are still unsent after this long are sent by this page too: the other
 * one has crashed or has no connection. Sending twice is harmless, the server holds them once.
 */
export const ADOPT_AFTER_MS = 10_000;

/** The copy is looked at this often at most, however fast another page types. */
export const LOOK_INTERVAL_MS = 200;

/** Unsent edits in the local copy that other pages of the person have made. */
export class OtherPages {
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #look: () => void;
  readonly #takeOver: (keys: ReadonlySet<number>) => void;
  #edits: readonly UnsentEdit[] = [];
  #lookQueued = false;
  #lookAgain = false;
  #cancelLook: (() => void) | null = null;
  #cancelAdoption: (() => void) | null = null;

  constructor(options: {
    clock: Clock;
    /** This page's own. */
    outbox: Outbox;
    /** Asks to read the copy and `note` what is in it. */
    look: () => void;
    /** Asks to take over edits that have been unsent for too long. */
    takeOver: (keys: ReadonlySet<number>) => void;
  }) {
    this.#clock = options.clock;
    this.#outbox = options.outbox;
    this.#look = options.look;
    this.#takeOver = options.takeOver;
  }

  /** Changes in them. */
  get pending(): number {
    return this.#edits.reduce((sum, edit) => sum + edit.changes, 0);
  }

  /** Another page changed the copy: looks at once, and then at a bounded pace. */
  changed(): void {
    if (this.#lookQueued) {
      this.#lookAgain = true;
      return;
    }
    this.#lookQueued = true;
    this.#look();
    this.#cancelLook = this.#clock.after(LOOK_INTERVAL_MS, () => {
      this.#lookQueued = false;
      if (!this.#lookAgain) return;
      this.#lookAgain = false;
      this.changed();
    });
  }

  /** The edits in a copy that this page does not have. */
  editsIn(copy: Pick<LocalCopy, 'unsent'> | null): UnsentEdit[] {
    const own = this.#outbox.keys();
    return (copy?.unsent ?? []).filter(({ key }) => !own.has(key));
  }

  /** Remembers what a copy holds. What is in it long enough is taken over. */
  note(copy: Pick<LocalCopy, 'unsent'> | null): void {
    this.#edits = this.editsIn(copy);
    if (this.#edits.length === 0) return;
    const keys = new Set(this.#edits.map((edit) => edit.key));
    this.#cancelAdoption ??= this.#clock.after(ADOPT_AFTER_MS, () => {
      this.#cancelAdoption = null;
      this.#takeOver(keys);
    });
  }

  close(): void {
    this.#cancelLook?.();
    this.#cancelAdoption?.();
  }
}
