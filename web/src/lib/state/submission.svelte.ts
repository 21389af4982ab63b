/** One act at a time of a form or a button: whether it runs, and why the last one failed. */
export class Submission {
  #isBusy = $state(false);
  #error = $state.raw<unknown>();

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Why the last run failed; undefined while one runs and after one that did not. */
  get error(): unknown {
    return this.#error;
  }

  /**
   * Runs `act` unless one is running; answers whether it succeeded. A failure is kept in `error`,
   * where the form shows it.
   */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    this.#error = undefined;
    try {
      await act();
      return true;
    } catch (error) {
      this.#error = error;
      return false;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Forgets the last failure, for instance when the form is opened again. */
  clear(): void {
    this.#error = undefined;
  }
}
