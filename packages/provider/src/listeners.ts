/** A set of callbacks. One that throws does not keep the others, or the caller, from going on. */
export class Listeners<Args extends readonly unknown[] = []> {
  readonly #callbacks = new Set<(...args: Args) => void>();

  /** Adds a callback; the returned function removes it. The same function may be added twice. */
  add(callback: (...args: Args) => void): () => void {
    const own = (...args: Args) => {
      callback(...args);
    };
    this.#callbacks.add(own);
    return () => {
      this.#callbacks.delete(own);
    };
  }

  /** Calls everybody. What one of them throws is thrown later, where the host reports it. */
  emit(...args: Args): void {
    for (const callback of this.#callbacks) {
      try {
        callback(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#callbacks.clear();
  }
}
