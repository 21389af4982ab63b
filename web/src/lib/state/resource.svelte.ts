/**
 * Something the server knows and the page shows: the value as last read, kept while it is read
 * again, and the last failure. Refreshing while a refresh runs reads once more afterwards, so that
 * the value is never older than the last request for it.
 */
export class Resource<Value> {
  readonly #read: () => Promise<Value>;
  #value = $state.raw<Value>();
  #error = $state.raw<unknown>();
  #running: Promise<void> | null = null;
  #again = false;

  /** Reads nothing yet; call `refresh`. */
  constructor(read: () => Promise<Value>) {
    this.#read = read;
  }

  /** The value as last read; undefined before the first answer. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** Why the last read failed; undefined after one that did not. */
  get error(): unknown {
    return this.#error;
  }

  /** Replaces the value by one that is known to be newer, such as the answer to a change. */
  set(value: Value): void {
    this.#value = value;
    this.#error = undefined;
  }

  /** Reads again. Never throws: `error` says what came of it. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        try {
          this.set(await this.#read());
        } catch (error) {
          this.#error = error;
        }
      }
    } finally {
      this.#running = null;
    }
  }
}
