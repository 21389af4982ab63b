/** Counts failures per key in windows of fixed length, with bounded memory. */
export interface FailureBudget {
  /** Whether the key has failed as often as it may in this window. */
  isSpent(key: string): boolean;
  record(key: string): void;
}

/** Keys remembered in one window; beyond them nothing new is counted until the next begins. */
const MAX_KEYS = 20_000;

/** A budget of `limit` failures per key and window of `windowMs`. */
export function createFailureBudget(
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  now: () => number = Date.now,
): FailureBudget {
  const failures = new Map<string, number>();
  let windowEnds = 0;

  const startWindowWhenDue = (): void => {
    if (now() < windowEnds) return;
    failures.clear();
    windowEnds = now() + windowMs;
  };

  return {
    isSpent(key) {
      startWindowWhenDue();
      return (failures.get(key) ?? 0) >= limit;
    },
    record(key) {
      startWindowWhenDue();
      const count = failures.get(key) ?? 0;
      if (count > 0 || failures.size < MAX_KEYS) failures.set(key, count + 1);
    },
  };
}
