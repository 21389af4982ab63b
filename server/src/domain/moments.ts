/** Milliseconds in a second, a minute, an hour and a day. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A moment as the API writes it. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** A moment that may be missing. */
export function toTimestampOrNull(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(ms);
}

/** Reads a moment from outside; null when it is none. */
export function fromTimestamp(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
