import type { HeadingLevel, ListKind } from './types.ts';

/** The root text of a chapter (D1). */
export const BODY = 'body';

/** The version of the format this code writes; a document that says nothing is version 1 (D3). */
export const FORMAT_VERSION = 1;

/** Deepest indent and quote that are told apart; deeper ones are shown at this depth. */
export const MAX_LEVEL = 8;

/** A grid beyond this is shown as unknown: drawing it would hang a browser. */
export const MAX_ROWS = 1_000;
export const MAX_COLUMNS = 64;

/** Longest description of unknown content, in UTF-16 units. */
export const MAX_DESCRIPTION = 2_000;

/** Longest attribute (address, alternative text, TeX, …) that is passed on, in UTF-16 units. */
export const MAX_ATTRIBUTE = 20_000;

/** A string attribute of at most MAX_ATTRIBUTE units, or '' when it is anything else. */
export function asString(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_ATTRIBUTE) : '';
}

/** A depth from 0 to MAX_LEVEL; anything that is no number is 0. */
export function asLevel(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 0;
  return Math.max(0, Math.min(MAX_LEVEL, Math.trunc(value)));
}

/** A heading's level; anything else is 1. */
export function asHeadingLevel(value: unknown): HeadingLevel {
  switch (value) {
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return value;
    default:
      return 1;
  }
}

/** The kind of list, or null for anything else. */
export function asListKind(value: unknown): ListKind | null {
  return value === 'bullet' || value === 'ordered' ? value : null;
}

/** A number within bounds, or null for anything else. */
export function asBounded(value: unknown, min: number, max: number): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return Math.max(min, Math.min(max, value));
}
