import type { Clock } from './ports.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Lets people into chapters at a rate the store can answer: after a restart thousands come at once
 * (R12). Who has to wait comes in its turn; when the wait would be too long, not at all.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #rate: TokenBucket;
  readonly #mostWaiting: number;
  #waiting: ((isLetIn: boolean) => void)[] = [];
  #cancelTimer: (() => void) | null = null;

  constructor(
    clock: Clock,
    rate: { readonly perSecond: number; readonly burst: number; readonly longestMs: number },
  ) {
    this.#clock = clock;
    this.#rate = new TokenBucket(clock, rate);
    this.#mostWaiting = (rate.perSecond * rate.longestMs) / 1_000;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when one may come in: true, or false when it should come back later. */
  enter(): Promise<boolean> {
    if (this.#waiting.length === 0 && this.#rate.take()) return Promise.resolve(true);
    if (this.#waiting.length >= this.#mostWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#wakeLater();
    });
  }

  /** Lets nobody in who waits. Safe to call twice. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(false);
  }

  #wakeLater(): void {
    this.#cancelTimer ??= this.#clock.after(Math.max(LOOK_AGAIN_MS, this.#rate.waitMs), () => {
      this.#cancelTimer = null;
      let count = 0;
      while (count < this.#waiting.length && this.#rate.take()) count += 1;
      for (const resolve of this.#waiting.splice(0, count)) resolve(true);
      if (this.#waiting.length > 0) this.#wakeLater();
    });
  }
}

/** How often those who wait are looked at: each time some come in together. */
const LOOK_AGAIN_MS = 20;
