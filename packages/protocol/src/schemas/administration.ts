import { Type, type Static } from 'typebox';
import { Email, Id, NAME_MAX_LENGTH, PersonName, Timestamp } from './common.ts';
import { PersonRef } from './person.ts';

/** A person in the administrator's list: who they are, never what they wrote. */
export const PersonEntry = Type.Object({
  id: Id,
  name: PersonName,
  email: Email,
  color: PersonRef.properties.color,
  isAdministrator: Type.Boolean(),
  state: Type.Union([Type.Literal('invited'), Type.Literal('active'), Type.Literal('disabled')]),
  createdAt: Timestamp,
  lastSeenAt: Type.Union([Timestamp, Type.Null()]),
});
export type PersonEntry = Static<typeof PersonEntry>;

/** Most people on one page of `GET /admin/people`. */
export const PEOPLE_PAGE_MAX = 500;

/** Query of `GET /admin/people`. */
export const PeopleQuery = Type.Object({
  /** Part of a name or address; without it everybody. */
  query: Type.Optional(Type.String({ maxLength: NAME_MAX_LENGTH })),
  /** `next` of the page before. */
  after: Type.Optional(Id),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PEOPLE_PAGE_MAX })),
});
export type PeopleQuery = Static<typeof PeopleQuery>;

/** Answer of `GET /admin/people`: in the order of names. */
export const PeoplePage = Type.Object({
  items: Type.Array(PersonEntry),
  /** What to ask for as `after` to go on; null at the end. */
  next: Type.Union([Id, Type.Null()]),
});
export type PeoplePage = Static<typeof PeoplePage>;

/** `POST /admin/people` */
export const Invitation = Type.Object({
  email: Email,
  name: Type.Optional(PersonName),
  isAdministrator: Type.Optional(Type.Boolean()),
});
export type Invitation = Static<typeof Invitation>;

/** `PATCH /admin/people/{id}`. Disabling ends every session and token of the person at once. */
export const PersonEntryPatch = Type.Object(
  {
    isAdministrator: Type.Optional(Type.Boolean()),
    disabled: Type.Optional(Type.Boolean()),
  },
  { minProperties: 1 },
);
export type PersonEntryPatch = Static<typeof PersonEntryPatch>;

/** A link an administrator hands on; the person is told, and what is done through it is marked. */
export const IssuedLink = Type.Object({ url: Type.String(), expiresAt: Timestamp });
export type IssuedLink = Static<typeof IssuedLink>;

/** A message that waits or was kept because no mail server is set. */
export const MailEntry = Type.Object({
  id: Id,
  to: Email,
  subject: Type.String(),
  createdAt: Timestamp,
  state: Type.Union([
    /** Kept in the data folder: no mail server is set. */
    Type.Literal('kept'),
    Type.Literal('waiting'),
    Type.Literal('sent'),
    /** Given up after the last attempt. */
    Type.Literal('failed'),
  ]),
  attempts: Type.Integer(),
});
export type MailEntry = Static<typeof MailEntry>;

/** One message with its text. Opening it is recorded and told to the person it is for. */
export const MailMessage = Type.Object({ ...MailEntry.properties, text: Type.String() });
export type MailMessage = Static<typeof MailMessage>;
