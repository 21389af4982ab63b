import { asString } from './keys.ts';
import type { MarkName, Marks } from './types.ts';

/** Formatting attributes as Yjs holds them: any key, any JSON value. */
export type Attributes = Readonly<Record<string, unknown>>;

/** No formatting at all. */
export const NO_ATTRIBUTES: Attributes = Object.freeze({});

const NO_MARKS: Marks = Object.freeze({});

/** The marks that are on or off; a link has an address besides. */
export const SWITCHES = [
  'bold',
  'italic',
  'underline',
  'strike',
  'code',
  'superscript',
  'subscript',
] as const satisfies readonly MarkName[];

/** Every mark there is, in the order in which they nest when written out. */
export const MARK_NAMES: readonly MarkName[] = ['link', ...SWITCHES];

const read = new WeakMap<Attributes, Marks>();

/** The marks among Yjs attributes. Unknown keys and invalid values are left out (they stay in the document). */
export function marksOf(attributes: Attributes): Marks {
  const known = read.get(attributes);
  if (known) return known;
  const marks: { -readonly [K in keyof Marks]: Marks[K] } = {};
  let any = false;
  for (const name of SWITCHES) {
    if (attributes[name] === true) {
      marks[name] = true;
      any = true;
    }
  }
  const link = attributes['link'];
  if (
    typeof link === 'object' &&
    link !== null &&
    'href' in link &&
    typeof link.href === 'string'
  ) {
    marks.link = { href: asString(link.href) };
    any = true;
  }
  const result = any ? marks : NO_MARKS;
  read.set(attributes, result);
  return result;
}

/** Whether two sets of marks draw the same. */
export function sameMarks(a: Marks, b: Marks): boolean {
  return (
    a === b || (SWITCHES.every((name) => a[name] === b[name]) && a.link?.href === b.link?.href)
  );
}

/** Whether two sets of attributes are equal, JSON values included. */
export function sameAttributes(a: Attributes, b: Attributes): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]));
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Marks as the attributes to write. */
export function toAttributes(marks: Marks): Attributes {
  return { ...marks };
}
