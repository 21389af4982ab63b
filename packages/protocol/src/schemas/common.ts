import { Type, type Static, type TSchema } from 'typebox';

/** Longest title of an activity, document or chapter, in UTF-16 units: a line a person can read. */
export const TITLE_MAX_LENGTH = 300;
/** Longest name of a person. */
export const NAME_MAX_LENGTH = 120;
/** Longest address RFC 5321 lets through a mail exchange. */
export const EMAIL_MAX_LENGTH = 254;
/** Shortest password that may be chosen (NIST SP 800-63B asks for 8 at least; length beats rules). */
export const PASSWORD_MIN_LENGTH = 10;
/** Longest password that is hashed: beyond this it is work for the server and no gain. */
export const PASSWORD_MAX_LENGTH = 256;

/** Identifier of anything the server keeps: opaque, safe in a path. */
export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });

/** A moment in UTC, such as `2026-11-21T02:00:00.000Z`. */
export const Timestamp = Type.String({ maxLength: 40, description: 'ISO 8601, UTC' });

/**
 * One line with something to see on it: white space, then something else, then no control characters.
 * The parts cannot match the same character, so that no text makes the check slow.
 */
const ONE_LINE =
  '^[^\\S\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$';

/** A title: at least one visible character, no control characters, on one line. */
export const Title = Type.String({
  minLength: 1,
  maxLength: TITLE_MAX_LENGTH,
  pattern: ONE_LINE,
});

/** A person's name, bounded like a title. */
export const PersonName = Type.String({
  minLength: 1,
  maxLength: NAME_MAX_LENGTH,
  pattern: ONE_LINE,
});

/** A mail address. Whether it exists is found out by writing to it; this keeps out what cannot be one. */
export const Email = Type.String({
  minLength: 3,
  maxLength: EMAIL_MAX_LENGTH,
  pattern: '^[^\\s@<>"(),:;\\\\\\[\\]]+@[^\\s@<>"(),:;\\\\\\[\\]]+$',
});

/** A password that is being chosen. */
export const NewPassword = Type.String({
  minLength: PASSWORD_MIN_LENGTH,
  maxLength: PASSWORD_MAX_LENGTH,
});

/** A secret from a link or a token, as it was handed out. */
export const Secret = Type.String({ minLength: 16, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' });

/** The role of a membership. */
export const RoleSchema = Type.Union([
  Type.Literal('chair'),
  Type.Literal('member'),
  Type.Literal('reviewer'),
  Type.Literal('observer'),
]);

/** Lists answer as `{ items }`, so that paging can be added without changing their shape. */
export function List<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item) });
}

/** Parameters of a path with one id. */
export const IdParams = Type.Object({ id: Id });
export type IdParams = Static<typeof IdParams>;

/** An answer without a body (204). */
export const Nothing = Type.Null({ description: 'no content' });
