import type { Access, Role } from '@plenary/protocol';

// The one place where it is decided who may do what. Pure: HTTP, the relay's Authority and socket.io
// load the facts and ask here. Administrators get nothing here by that role: they read no content.

/** Somebody's place in the activity that a thing belongs to. */
export interface Standing {
  readonly role: Role;
  /** End of the invitation in milliseconds since the epoch; null for no end. */
  readonly until: number | null;
  /** For reviewers: the documents they were asked to review. */
  readonly documents: ReadonlySet<string>;
}

/** Who asks, and when. */
export interface Subject {
  /** Null for somebody who is not in the activity. */
  readonly standing: Standing | null;
  readonly now: number;
}

/** What is asked about. Chapters of a document in the bin are not asked about: they are unknown. */
export type Thing =
  | { readonly kind: 'activity' }
  | { readonly kind: 'document'; readonly documentId: string; readonly isDeleted: boolean }
  | {
      readonly kind: 'chapter';
      readonly documentId: string;
      readonly isDeleted: boolean;
      readonly isFrozen: boolean;
    };

/** `hidden` must look like a thing that does not exist; `forbidden` may be told as such. */
export type Verdict = 'allowed' | 'hidden' | 'forbidden';

interface Rule {
  readonly roles: readonly Role[];
  /** Roles that may do it to a frozen chapter; the same as `roles` when left out. */
  readonly frozen?: readonly Role[];
  /** Whether it is done to what lies in the bin, and only to that. */
  readonly inBin?: true;
}

const EVERYONE = ['chair', 'member', 'reviewer', 'observer'] as const;
const AUTHORS = ['chair', 'member'] as const;
const CHAIR = ['chair'] as const;

/** Every act and the roles that may do it. The word before the dot is the kind of thing. */
export const RULES = {
  'activity.read': { roles: EVERYONE },
  'activity.update': { roles: CHAIR },
  'activity.members': { roles: CHAIR },
  'activity.create-document': { roles: AUTHORS },
  'document.read': { roles: EVERYONE },
  'document.export': { roles: EVERYONE },
  'document.outline': { roles: AUTHORS },
  'document.upload': { roles: AUTHORS },
  'document.delete': { roles: CHAIR },
  'document.restore': { roles: CHAIR, inBin: true },
  'chapter.read': { roles: EVERYONE },
  'chapter.write': { roles: AUTHORS, frozen: [] },
  'chapter.outline': { roles: AUTHORS, frozen: CHAIR },
  'chapter.freeze': { roles: CHAIR },
  'chapter.restore': { roles: AUTHORS, frozen: CHAIR, inBin: true },
} as const satisfies Record<string, Rule>;

/** Something a person may want to do. */
export type Act = keyof typeof RULES;

/** Whether `subject` may do `act` to `thing`. Throws when the act is not one for this kind of thing. */
export function can(subject: Subject, act: Act, thing: Thing): Verdict {
  if (!act.startsWith(`${thing.kind}.`)) {
    throw new TypeError(`${act} is not an act on a ${thing.kind}`);
  }
  if (!isWithin(subject, thing)) return 'hidden';
  const rule: Rule = RULES[act];
  const isDeleted = thing.kind !== 'activity' && thing.isDeleted;
  if (isDeleted !== (rule.inBin ?? false)) return 'hidden';
  const isFrozen = thing.kind === 'chapter' && thing.isFrozen;
  const roles = isFrozen ? (rule.frozen ?? rule.roles) : rule.roles;
  return roles.includes(subject.standing.role) ? 'allowed' : 'forbidden';
}

/** What the relay lets `subject` do in a chapter, with the reason a person is shown. */
export function chapterAccess(subject: Subject, chapter: Thing & { kind: 'chapter' }): Access {
  if (can(subject, 'chapter.read', chapter) !== 'allowed') return { mode: 'none' };
  if (can(subject, 'chapter.write', chapter) === 'allowed') return { mode: 'write' };
  const thawed = { ...chapter, isFrozen: false };
  const isOnlyFrozen = can(subject, 'chapter.write', thawed) === 'allowed';
  return { mode: 'read', reason: isOnlyFrozen ? 'frozen' : 'role' };
}

/** Whether the subject knows of the thing at all: in the activity, in time, and asked to review it. */
function isWithin(subject: Subject, thing: Thing): subject is Subject & { standing: Standing } {
  const { standing, now } = subject;
  if (standing === null) return false;
  if (standing.until !== null && standing.until <= now) return false;
  if (standing.role !== 'reviewer' || thing.kind === 'activity') return true;
  return standing.documents.has(thing.documentId);
}
