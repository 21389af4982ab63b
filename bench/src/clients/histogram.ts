/** Quantiles of a latency in milliseconds. All are 0 when nothing was counted. */
export type Quantiles = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

const STEPS_PER_MS = 10;
const MAX_MS = 60_000;

/** Counts latencies in steps of a tenth of a millisecond; longer than a minute counts as a minute. */
export class Histogram {
  readonly #counts = new Uint32Array(MAX_MS * STEPS_PER_MS + 1);
  #total = 0;
  #max = 0;

  get total(): number {
    return this.#total;
  }

  add(milliseconds: number): void {
    const bounded = Math.min(MAX_MS, Math.max(0, milliseconds));
    const step = Math.round(bounded * STEPS_PER_MS);
    this.#counts[step] = this.#counts[step]! + 1;
    this.#total += 1;
    if (bounded > this.#max) this.#max = bounded;
  }

  quantiles(): Quantiles {
    return {
      p50: this.#quantile(0.5),
      p95: this.#quantile(0.95),
      p99: this.#quantile(0.99),
      max: Math.round(this.#max * STEPS_PER_MS) / STEPS_PER_MS,
    };
  }

  #quantile(share: number): number {
    if (this.#total === 0) return 0;
    const wanted = Math.ceil(this.#total * share);
    let seen = 0;
    for (let step = 0; step < this.#counts.length; step += 1) {
      seen += this.#counts[step]!;
      if (seen >= wanted) return step / STEPS_PER_MS;
    }
    return MAX_MS;
  }
}
