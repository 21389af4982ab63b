import type { WallClock } from './ports.ts';

/** Keys remembered in one window; beyond them nothing new is counted until the next begins. */
const MAX_KEYS = 20_000;

/** A key and how many failures it may have in a window. */
export interface Quota {
  readonly key: string;
  readonly limit: number;
}

/**
 * Counts failed attempts in windows of fixed length. An attempt counts from its beginning, so that
 * many at once cannot slip through together, and is given back when it succeeds.
 */
export interface AttemptCounter {
  /** Begins an attempt; false, and nothing is counted, when one of the quotas is used up. */
  begin(quotas: readonly Quota[]): boolean;
  /** Gives an attempt back. */
  forgive(quotas: readonly Quota[]): void;
  /** Seconds until the next window, at least 1. */
  secondsLeft(): number;
}

/** A counter with windows of `windowMs`. */
export function createAttemptCounter(clock: WallClock, windowMs: number): AttemptCounter {
  const counts = new Map<string, number>();
  let windowEnds = 0;
  const startWindowWhenDue = (): void => {
    if (clock.now() < windowEnds) return;
    counts.clear();
    windowEnds = clock.now() + windowMs;
  };

  return {
    begin(quotas) {
      startWindowWhenDue();
      if (quotas.some(({ key, limit }) => (counts.get(key) ?? 0) >= limit)) return false;
      for (const { key } of quotas) {
        const count = counts.get(key) ?? 0;
        if (count > 0 || counts.size < MAX_KEYS) counts.set(key, count + 1);
      }
      return true;
    },
    forgive(quotas) {
      for (const { key } of quotas) {
        const count = counts.get(key);
        if (count !== undefined && count > 0) counts.set(key, count - 1);
      }
    },
    secondsLeft() {
      return Math.max(1, Math.ceil((windowEnds - clock.now()) / 1_000));
    },
  };
}
