import { Type, type Static } from 'typebox';
import { Id, RoleSchema, Timestamp, Title } from './common.ts';

/** Most chapters one document may have, deleted ones included: thirty is a whole report. */
export const CHAPTERS_MAX = 500;

/** What a new document starts with; in this version the titles of its chapters. */
export const Template = Type.Union([
  Type.Literal('blank'),
  Type.Literal('technical-report'),
  Type.Literal('notes'),
]);
export type Template = Static<typeof Template>;

/** Where a chapter stands (PRODUCT: outlined → drafting → in review → frozen). */
export const ChapterState = Type.Union([
  Type.Literal('outlined'),
  Type.Literal('drafting'),
  Type.Literal('in-review'),
  Type.Literal('frozen'),
]);
export type ChapterState = Static<typeof ChapterState>;

/** A chapter in its document's outline: the same for everybody who may see the document. */
export const Chapter = Type.Object({
  id: Id,
  documentId: Id,
  title: Title,
  /** Place in the outline, from 0, without gaps. */
  position: Type.Integer({ minimum: 0 }),
  state: ChapterState,
  frozen: Type.Boolean(),
});
export type Chapter = Static<typeof Chapter>;

/** `POST /documents/{id}/chapters`; without `position` the chapter goes to the end. */
export const NewChapter = Type.Object({
  title: Title,
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: CHAPTERS_MAX })),
});
export type NewChapter = Static<typeof NewChapter>;

/**
 * `PATCH /chapters/{id}`. A `position` past the end means the end. `state` is for a chapter that is
 * not frozen, or is thawed by the same call.
 */
export const ChapterPatch = Type.Object(
  {
    title: Type.Optional(Title),
    frozen: Type.Optional(Type.Boolean()),
    state: Type.Optional(
      Type.Union([Type.Literal('outlined'), Type.Literal('drafting'), Type.Literal('in-review')]),
    ),
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  },
  { minProperties: 1 },
);
export type ChapterPatch = Static<typeof ChapterPatch>;

/** A document in a list. */
export const DocumentSummary = Type.Object({
  id: Id,
  activityId: Id,
  title: Title,
  createdAt: Timestamp,
  /** When the document or its outline last changed; text is not counted. */
  updatedAt: Timestamp,
});
export type DocumentSummary = Static<typeof DocumentSummary>;

/** What the asking person may do with a document; what they may not do is not offered to them. */
export const DocumentRights = Type.Object({
  /** Text of chapters that are not frozen. */
  edit: Type.Boolean(),
  /** Title and outline: add, rename, reorder, delete and restore chapters. */
  outline: Type.Boolean(),
  /** Freeze and thaw chapters, also change frozen ones' place and title. */
  freeze: Type.Boolean(),
  /** Delete and restore the document. */
  remove: Type.Boolean(),
  upload: Type.Boolean(),
  /** Change who is in the activity. */
  share: Type.Boolean(),
});
export type DocumentRights = Static<typeof DocumentRights>;

/** What everybody who may see a document sees of its shape; also sent as it changes. */
export const Outline = Type.Object({
  documentId: Id,
  title: Title,
  /** Grows with every change of the outline; an older one that arrives late is dropped. */
  version: Type.Integer({ minimum: 0 }),
  chapters: Type.Array(Chapter),
});
export type Outline = Static<typeof Outline>;

/** `GET /documents/{id}` and the answer to its creation. */
export const DocumentDetails = Type.Object({
  ...DocumentSummary.properties,
  version: Type.Integer({ minimum: 0 }),
  chapters: Type.Array(Chapter),
  /** Chapters in the bin, newest first, for those who may restore them. */
  deletedChapters: Type.Array(Chapter),
  role: RoleSchema,
  rights: DocumentRights,
  /** Title of the activity, for the way back. */
  activityTitle: Title,
});
export type DocumentDetails = Static<typeof DocumentDetails>;

/** `POST /activities/{id}/documents` */
export const NewDocument = Type.Object({ title: Title, template: Type.Optional(Template) });
export type NewDocument = Static<typeof NewDocument>;

/** `PATCH /documents/{id}` */
export const DocumentPatch = Type.Object({ title: Type.Optional(Title) }, { minProperties: 1 });
export type DocumentPatch = Static<typeof DocumentPatch>;

/** Forms a document can be taken away in. */
export const ExportFormat = Type.Union([
  Type.Literal('md'),
  Type.Literal('html'),
  Type.Literal('json'),
]);
export type ExportFormat = Static<typeof ExportFormat>;

/** Answer of `POST /chapters/{id}/ticket`. */
export const Ticket = Type.Object({
  ticket: Type.String(),
  /** Until then the ticket has to be used for the first time. */
  expiresAt: Timestamp,
});
export type Ticket = Static<typeof Ticket>;

/** An uploaded file. */
export const UploadedFile = Type.Object({
  id: Id,
  documentId: Id,
  name: Type.String(),
  /** Path on this server; access is checked whenever it is read. */
  url: Type.String(),
  /** Media type found in the content, whatever the upload claimed. */
  type: Type.String(),
  /** Bytes. */
  size: Type.Integer(),
});
export type UploadedFile = Static<typeof UploadedFile>;
