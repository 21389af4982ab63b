/**
 * Runs an action at most once per interval: at the first request, and once more at the end of the
 * interval if there were further requests. Its owner closes it.
 */
export class Throttle {
  readonly #action: () => void;
  readonly #intervalMs: number;
  readonly #firstMs: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isRequested = false;
  #isClosed = false;

  constructor(action: () => void, intervalMs: number, { firstMs = 0 } = {}) {
    this.#action = action;
    this.#intervalMs = intervalMs;
    this.#firstMs = firstMs;
  }

  /**
   * Asks for a run. The first one comes `firstMs` later, and in any case after the current task, so
   * that it sees its outcome.
   */
  request(): void {
    if (this.#isClosed) return;
    this.#isRequested = true;
    this.#timer ??= setTimeout(this.#run, this.#firstMs);
  }

  /** Forgets what was asked for. Twice is safe. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #run = (): void => {
    this.#timer = null;
    if (!this.#isRequested || this.#isClosed) return;
    this.#isRequested = false;
    this.#timer = setTimeout(this.#run, this.#intervalMs);
    this.#action();
  };
}
