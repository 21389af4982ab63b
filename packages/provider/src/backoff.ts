/** Upper bound of the first delay. */
export const FIRST_DELAY_MS = 500;

/** Upper bound of every delay: a person who comes back waits no longer than this. */
export const LONGEST_DELAY_MS = 30_000;

/**
 * How long to wait before attempt `attempt` (from 0): a random part of a bound that doubles, so that
 * clients cut off together do not come back together ("full jitter").
 */
export function delayBefore(attempt: number, random: () => number): number {
  const bound = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16));
  return Math.floor(random() * bound);
}
