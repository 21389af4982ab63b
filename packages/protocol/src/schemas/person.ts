import { Type, type Static } from 'typebox';
import { Email, Id, NewPassword, PersonName, Timestamp } from './common.ts';

/** Languages the interface speaks. */
export const Language = Type.Union([Type.Literal('en'), Type.Literal('fr')]);
export type Language = Static<typeof Language>;

/** `system` follows the device. */
export const Theme = Type.Union([
  Type.Literal('light'),
  Type.Literal('dark'),
  Type.Literal('system'),
]);

export type Theme = Static<typeof Theme>;

/** A person as anyone who shares something with them sees them. */
export const PersonRef = Type.Object({
  id: Id,
  name: PersonName,
  /** CSS hex colour of carets and faces, given by the server. */
  color: Type.String({ pattern: '^#[0-9a-f]{6}$' }),
});
export type PersonRef = Static<typeof PersonRef>;

/** The signed-in person, as they see themselves. */
export const Person = Type.Object({
  id: Id,
  name: PersonName,
  email: Email,
  color: Type.String({ pattern: '^#[0-9a-f]{6}$' }),
  isAdministrator: Type.Boolean(),
  language: Language,
  theme: Theme,
  /** False until a password was chosen; a person with a sign-in link may go on without one. */
  hasPassword: Type.Boolean(),
});
export type Person = Static<typeof Person>;

/** `PATCH /me` */
export const PersonPatch = Type.Object(
  {
    name: Type.Optional(PersonName),
    language: Type.Optional(Language),
    theme: Type.Optional(Theme),
  },
  { minProperties: 1 },
);
export type PersonPatch = Static<typeof PersonPatch>;

/** `PUT /me/password`. `current` is left out only by a person who has none yet. */
export const PasswordChange = Type.Object({
  current: Type.Optional(Type.String({ maxLength: 256 })),
  next: NewPassword,
});
export type PasswordChange = Static<typeof PasswordChange>;

/** Something the operator or an administrator did with a person's account, told to that person. */
export const OperatorAct = Type.Object({
  id: Id,
  at: Timestamp,
  /** Stable word, such as `link.issued`, `token.issued`, `mail.read`, `person.disabled`. */
  kind: Type.String(),
  /** Name of the administrator; null when it was done at the machine's command line. */
  by: Type.Union([PersonName, Type.Null()]),
});
export type OperatorAct = Static<typeof OperatorAct>;
