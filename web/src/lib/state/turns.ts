import { whenIdle } from '#lib/state/when-idle.ts';

/** The next turn comes this much later at the latest, however busy the page is. */
const PATIENCE_MS = 250;

/**
 * Hands out turns for work that is too much for one frame together: the first at once, each further
 * one when the work of the one before it has been shown.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn; the turn lasts until the browser has time again. */
  next(): Promise<void> {
    const mine = this.#last;
    this.#last = mine.then(() => whenIdle(PATIENCE_MS));
    return mine;
  }
}
