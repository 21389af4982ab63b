/**
 * Which of a client's updates in one room are settled: on disk, held before, or refused. An
 * acknowledgement covers everything up to a number, so it waits for the oldest open one.
 */
export class AckLedger {
  /** In the order they began, which is ascending. */
  readonly #open = new Set<number>();
  #highest = 0;
  #told = 0;

  /** Notes an update that arrived; false when its number does not follow the ones before. */
  begin(seq: number): boolean {
    if (seq <= this.#highest) return false;
    this.#highest = seq;
    this.#open.add(seq);
    return true;
  }

  settle(seq: number): void {
    this.#open.delete(seq);
  }

  /** Number up to which everything is settled, if that was not told before; else null. */
  take(): number | null {
    const [oldest] = this.#open;
    const settled = oldest === undefined ? this.#highest : oldest - 1;
    if (settled <= this.#told) return null;
    this.#told = settled;
    return settled;
  }
}
