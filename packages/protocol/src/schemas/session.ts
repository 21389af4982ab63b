import { Type, type Static } from 'typebox';
import { Email, Id, NewPassword, PersonName, Secret, Timestamp } from './common.ts';
import { Language, Person } from './person.ts';

/** How a session or token began; see `Identity.via`. */
export const Via = Type.Union([
  Type.Literal('password'),
  Type.Literal('token'),
  Type.Literal('link'),
  Type.Literal('operator'),
]);

/** `POST /session` */
export const SignIn = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
  /** The language of the page: becomes the person's own if this is their first session. */
  language: Type.Optional(Language),
});
export type SignIn = Static<typeof SignIn>;

/** The session of the request: who is signed in and how. */
export const Session = Type.Object({
  id: Id,
  person: Person,
  via: Via,
  expiresAt: Type.Union([Timestamp, Type.Null()]),
  /** Whether this server sends mail; without it messages wait for an administrator to hand them on. */
  sendsMail: Type.Boolean(),
});
export type Session = Static<typeof Session>;

/** One of a person's sessions, in their account's list. */
export const SessionEntry = Type.Object({
  id: Id,
  via: Via,
  createdAt: Timestamp,
  lastSeenAt: Timestamp,
  expiresAt: Timestamp,
  /** What the browser said it is; at most 200 characters. */
  device: Type.String(),
  /** The session that asks. */
  isCurrent: Type.Boolean(),
});
export type SessionEntry = Static<typeof SessionEntry>;

/** An API token in its owner's list. The secret itself is shown once, when it is made. */
export const ApiToken = Type.Object({
  id: Id,
  label: Type.String(),
  via: Via,
  createdAt: Timestamp,
  lastUsedAt: Type.Union([Timestamp, Type.Null()]),
});
export type ApiToken = Static<typeof ApiToken>;

/** `POST /me/tokens` */
export const NewApiToken = Type.Object({
  label: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
});
export type NewApiToken = Static<typeof NewApiToken>;

/** Answer of `POST /me/tokens`: the only time the secret is told. */
export const IssuedApiToken = Type.Object({ ...ApiToken.properties, token: Secret });
export type IssuedApiToken = Static<typeof IssuedApiToken>;

/** `POST /password-reset`. Answers 202 whether or not the address is known. */
export const PasswordResetRequest = Type.Object({ email: Email });
export type PasswordResetRequest = Static<typeof PasswordResetRequest>;

/** What a one-time link is for. */
export const LinkKind = Type.Union([
  /** The first administrator: name, address and password are asked for. */
  Type.Literal('set-up'),
  /** A new person: name and password are asked for. */
  Type.Literal('invitation'),
  /** A new password is asked for. */
  Type.Literal('password-reset'),
  /** Signs in at once; nothing is asked for. */
  Type.Literal('sign-in'),
]);
export type LinkKind = Static<typeof LinkKind>;

/** `POST /links/inspect`: what the page of a link has to ask. Looking does not spend the link. */
export const LinkInspect = Type.Object({ token: Secret });
export type LinkInspect = Static<typeof LinkInspect>;

/** What a link is for and for whom. */
export const LinkInfo = Type.Object({
  kind: LinkKind,
  /** Null for the set-up link. */
  email: Type.Union([Email, Type.Null()]),
  /** The name as known so far. */
  name: Type.Union([PersonName, Type.Null()]),
  /** Title of the activity a person was invited to. */
  activity: Type.Union([Type.String(), Type.Null()]),
  expiresAt: Timestamp,
});
export type LinkInfo = Static<typeof LinkInfo>;

/**
 * `POST /links/redeem`: spends the link and signs in. `set-up` needs email, name and password;
 * `invitation` name and password; `password-reset` the password; `sign-in` nothing.
 */
export const LinkRedeem = Type.Object({
  token: Secret,
  email: Type.Optional(Email),
  name: Type.Optional(PersonName),
  password: Type.Optional(NewPassword),
  /** The language of the page: becomes the person's own if this is their first session. */
  language: Type.Optional(Language),
});
export type LinkRedeem = Static<typeof LinkRedeem>;

/** `GET /setup`: whether the first administrator is still missing. */
export const SetUpState = Type.Object({ isNeeded: Type.Boolean() });
export type SetUpState = Static<typeof SetUpState>;
