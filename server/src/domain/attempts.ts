import type { WallClock } from './ports.ts';

/** Keys remembered in one window; beyond them nothing new is counted until the next begins. */
const MAX_KEYS = 20_000;

/** A key and how many failures it may have in a window. */
export interface Quota {
  readonly key: string;
  readonly limit: number;
}

/**
 * Counts attempts in windows of fixed length. An attempt counts from its beginning, so that many at
 * once cannot slip through together, and is given back when it succeeds. Neither call rejects.
 */
export interface AttemptCounter {
  /** Begins an attempt; false, and nothing is counted, when one of the quotas is used up. */
  begin(quotas: readonly Quota[]): Promise<boolean>;
  /** Gives an attempt back. */
  forgive(quotas: readonly Quota[]): Promise<void>;
  /** Seconds until the next window, at least 1. */
  secondsLeft(): number;
}

/** Opens counters; those of one name share their counts. Windows begin at multiples of their length. */
export type OpenCounter = (name: string, windowMs: number) => AttemptCounter;

/** Counters in this process's memory. */
export function memoryCounters(clock: WallClock): OpenCounter {
  const open = new Map<string, AttemptCounter>();
  return (name, windowMs) => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const counter = createMemoryCounter(clock, windowMs);
    open.set(name, counter);
    return counter;
  };
}

/** Seconds until the window of this length that holds `now` is over; at least 1. */
export function secondsLeftAt(now: number, windowMs: number): number {
  return Math.max(1, Math.ceil((windowMs - (now % windowMs)) / 1_000));
}

function createMemoryCounter(clock: WallClock, windowMs: number): AttemptCounter {
  const counts = new Map<string, number>();
  let windowEnds = 0;
  const startWindowWhenDue = (): void => {
    const now = clock.now();
    if (now < windowEnds) return;
    counts.clear();
    windowEnds = now - (now % windowMs) + windowMs;
  };

  return {
    begin(quotas) {
      startWindowWhenDue();
      if (quotas.some(({ key, limit }) => (counts.get(key) ?? 0) >= limit)) {
        return Promise.resolve(false);
      }
      for (const { key } of quotas) {
        const count = counts.get(key) ?? 0;
        if (count > 0 || counts.size < MAX_KEYS) counts.set(key, count + 1);
      }
      return Promise.resolve(true);
    },
    forgive(quotas) {
      startWindowWhenDue();
      for (const { key } of quotas) {
        const count = counts.get(key);
        if (count !== undefined && count > 0) counts.set(key, count - 1);
      }
      return Promise.resolve();
    },
    secondsLeft: () => secondsLeftAt(clock.now(), windowMs),
  };
}
