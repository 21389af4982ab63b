import { getLocale } from '#i18n';

/**
 * The interface's language as this person's region writes dates: `en-GB` for who prefers that, plain
 * `en` where the browser names no region.
 */
function region(): string {
  const language = getLocale();
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * How long ago something was, in words such as "3 days ago". Within a minute, and for times slightly
 * ahead of this device's clock, it reads "now".
 */
export function relativeMoment(iso: string, now: number = Date.now()): string {
  const format = new Intl.RelativeTimeFormat(region(), { numeric: 'auto' });
  const seconds = (Date.parse(iso) - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, 'second');
}

/** A day and time in this person's zone, such as "21 Nov 2026, 18:40". */
export function exactMoment(iso: string | number): string {
  return new Intl.DateTimeFormat(region(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(iso),
  );
}

/** A day in this person's zone, such as "21 Nov 2026". */
export function exactDay(iso: string): string {
  return new Intl.DateTimeFormat(region(), { dateStyle: 'medium' }).format(new Date(iso));
}
