import type { Clock } from './ports.ts';

/** Allows `perSecond` takes a second in the long run and `burst` at once after a pause. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, rate: { readonly perSecond: number; readonly burst: number }) {
    this.#clock = clock;
    this.#perSecond = rate.perSecond;
    this.#burst = rate.burst;
    this.#tokens = rate.burst;
    this.#at = clock.now();
  }

  /** Takes `count` if there is one; what it takes beyond has to be waited for by the next. */
  take(count = 1): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens -= count;
    return true;
  }

  /** Milliseconds until there is one to take; 0 when there is. */
  get waitMs(): number {
    this.#refill();
    if (this.#tokens >= 1) return 0;
    return Math.ceil(((1 - this.#tokens) * 1000) / this.#perSecond);
  }

  #refill(): void {
    const now = this.#clock.now();
    if (now <= this.#at) return;
    this.#tokens = Math.min(
      this.#burst,
      this.#tokens + ((now - this.#at) * this.#perSecond) / 1000,
    );
    this.#at = now;
  }
}
