import { Type, type Static } from 'typebox';
import type { ProblemCode } from './problems.ts';
import { Id } from './schemas/common.ts';
import type { Outline } from './schemas/document.ts';
import type { PersonRef } from './schemas/person.ts';

/** Most activities and documents one connection may watch at once. */
export const WATCHES_MAX = 64;

/** What a client asks to be told about: its payload of `watch` and `unwatch`. */
export const Watch = Type.Union([
  Type.Object({ activityId: Id }, { additionalProperties: false }),
  Type.Object({ documentId: Id }, { additionalProperties: false }),
]);
export type Watch = Static<typeof Watch>;

/** Answer to `watch`. Without rights it is `not_found`, as everywhere. */
export type WatchAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ProblemCode };

/** Events a client sends (rules E… in docs/spec/wire.md). */
export interface ClientEvents {
  /** Joins the room of an activity or a document; rights are checked now and at every change. */
  watch: (what: Watch, answer: (result: WatchAnswer) => void) => void;
  unwatch: (what: Watch) => void;
}

/** Events the server sends. They carry news, not text: what a client then reads, it asks for. */
export interface ServerEvents {
  /** The person's list of activities changed: one was added, renamed, or access to it ended. */
  'activities:changed': () => void;
  /** An activity's title, members or list of documents changed. */
  'activity:changed': (what: { activityId: string }) => void;
  /** A document's title or outline changed; the whole outline as it is now. */
  'document:changed': (outline: Outline) => void;
  /** The document was put into the bin. */
  'document:deleted': (what: { documentId: string }) => void;
  /** The person's own rights in an activity changed; ask again for what is on screen. */
  'membership:changed': (what: { activityId: string }) => void;
  /** Access to what was watched has ended; the connection has left its room. */
  'watch:ended': (what: Watch) => void;
  /** Everybody who watches this document, each person once, at most 100 of `count`. */
  'document:presence': (what: {
    documentId: string;
    people: readonly PersonRef[];
    count: number;
  }) => void;
  /** News may have been missed: ask again for what is on screen. */
  'news:missed': () => void;
  /** This session was ended, here or from elsewhere; the connection closes next. */
  'session:ended': () => void;
}
