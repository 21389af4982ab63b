import { Type, type Static } from 'typebox';
import { Email, Id, PersonName, RoleSchema, Timestamp, Title } from './common.ts';
import { DocumentSummary } from './document.ts';

/** Types are data (PRODUCT: exploratory team ET, research task group RTG, …): a short code. */
export const ActivityType = Type.String({
  minLength: 1,
  maxLength: 16,
  pattern: '^[A-Za-z0-9-]+$',
});

/** `POST /activities` */
export const NewActivity = Type.Object({
  title: Title,
  type: Type.Optional(ActivityType),
  /** The reference as the programme writes it, such as `IST-086/RSY-019`; kept as given. */
  reference: Type.Optional(Type.String({ maxLength: 60 })),
});
export type NewActivity = Static<typeof NewActivity>;

/** An activity in a person's list. */
export const Activity = Type.Object({
  id: Id,
  title: Title,
  type: Type.Union([ActivityType, Type.Null()]),
  reference: Type.Union([Type.String(), Type.Null()]),
  createdAt: Timestamp,
  /** The asking person's role. */
  role: RoleSchema,
});
export type Activity = Static<typeof Activity>;

/** Somebody's place in an activity. */
export const Member = Type.Object({
  personId: Id,
  name: PersonName,
  color: Type.String(),
  /** Null for askers who only read: reviewers and observers do not see addresses. */
  email: Type.Union([Email, Type.Null()]),
  role: RoleSchema,
  /** For reviewers: the documents they were asked to review; empty for the other roles. */
  documents: Type.Array(Id),
  /** For reviewers: the end of the invitation; null means no end. */
  until: Type.Union([Timestamp, Type.Null()]),
  /** `invited` until the person has opened the link. */
  state: Type.Union([Type.Literal('invited'), Type.Literal('active')]),
});
export type Member = Static<typeof Member>;

/** `PUT /activities/{id}/members/{email}` */
export const MemberPut = Type.Object({
  role: RoleSchema,
  documents: Type.Optional(Type.Array(Id, { maxItems: 200, uniqueItems: true })),
  until: Type.Optional(Type.Union([Timestamp, Type.Null()])),
});
export type MemberPut = Static<typeof MemberPut>;

/** Path of a member. */
export const MemberParams = Type.Object({ id: Id, email: Email });
export type MemberParams = Static<typeof MemberParams>;

/** `PATCH /activities/{id}` */
export const ActivityPatch = Type.Object({ title: Type.Optional(Title) }, { minProperties: 1 });
export type ActivityPatch = Static<typeof ActivityPatch>;

/** `GET /activities/{id}`: with its people and those of its documents the asker may see. */
export const ActivityDetails = Type.Object({
  ...Activity.properties,
  members: Type.Array(Member),
  documents: Type.Array(DocumentSummary),
  /** Documents in the bin, for those who may restore them. */
  deletedDocuments: Type.Array(DocumentSummary),
});
export type ActivityDetails = Static<typeof ActivityDetails>;
