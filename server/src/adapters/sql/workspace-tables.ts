import type { ChapterState, Identity, Role, Template } from '@plenary/protocol';

// Moments are milliseconds since the epoch; truth values are 0 and 1, as SQLite has no others.
// Every secret (session, token, link, ticket) is kept as the SHA-256 of a random value of 256 bits.

/** What a person is to the system: invited, active, or shut out. */
export type PersonState = 'invited' | 'active' | 'disabled';

export interface PeopleTable {
  id: string;
  /** Lower case; the address is the person's name in the API. */
  email: string;
  name: string;
  color: string;
  /** Argon2id in PHC form; null until a password was chosen. */
  password_hash: string | null;
  is_administrator: number;
  state: PersonState;
  language: string;
  theme: string;
  created_at: number;
  last_seen_at: number | null;
}

export interface SessionsTable {
  id: string;
  person_id: string;
  secret_hash: string;
  via: Identity['via'];
  device: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
}

export interface ApiTokensTable {
  id: string;
  person_id: string;
  secret_hash: string;
  via: Identity['via'];
  label: string;
  created_at: number;
  last_used_at: number | null;
}

/** One-time links: set-up, invitation, password reset, sign-in. */
export interface LinksTable {
  id: string;
  kind: 'set-up' | 'invitation' | 'password-reset' | 'sign-in';
  /** Null for the set-up link: the person does not exist yet. */
  person_id: string | null;
  activity_id: string | null;
  secret_hash: string;
  /** `operator` when it went through the operator's or an administrator's hands. */
  via: 'link' | 'operator';
  created_at: number;
  expires_at: number;
  spent_at: number | null;
}

/** Tickets die with the session or token they were made with. */
export interface TicketsTable {
  id: string;
  person_id: string;
  chapter_id: string;
  secret_hash: string;
  via: Identity['via'];
  session_id: string | null;
  token_id: string | null;
  redeem_by: number;
  expires_at: number;
  redeemed_at: number | null;
}

export interface ActivitiesTable {
  id: string;
  title: string;
  type: string | null;
  reference: string | null;
  created_at: number;
  created_by: string;
}

export interface MembershipsTable {
  activity_id: string;
  person_id: string;
  role: Role;
  /** End of a reviewer's invitation. */
  until: number | null;
  created_at: number;
  created_by: string;
}

/** The documents a reviewer was asked to review. */
export interface ReviewDocumentsTable {
  activity_id: string;
  person_id: string;
  document_id: string;
}

export interface DocumentsTable {
  id: string;
  activity_id: string;
  title: string;
  template: Template;
  /** Grows with every change of the outline. */
  version: number;
  created_at: number;
  created_by: string;
  updated_at: number;
  deleted_at: number | null;
}

export interface ChaptersTable {
  id: string;
  document_id: string;
  title: string;
  position: number;
  state: ChapterState;
  /** The state that thawing restores; null unless frozen. */
  thawed_state: Exclude<ChapterState, 'frozen'> | null;
  created_at: number;
  deleted_at: number | null;
}

export interface FilesTable {
  id: string;
  document_id: string;
  name: string;
  type: string;
  size: number;
  storage_key: string;
  created_at: number;
  created_by: string;
}

/** The outbox. Texts lie in files of their own, since they hold links: see the mail folder. */
export interface MailsTable {
  id: string;
  recipient: string;
  person_id: string | null;
  subject: string;
  link_id: string | null;
  state: 'kept' | 'waiting' | 'sent' | 'failed';
  attempts: number;
  next_attempt_at: number;
  created_at: number;
}

/** What was done to accounts and memberships, by whom; rows are never changed. */
export interface AuditTable {
  id: string;
  at: number;
  kind: string;
  /** Null when it was done at the machine's command line. */
  actor_id: string | null;
  /** Whom it concerns. */
  subject_id: string | null;
  /** JSON; holds no secret. */
  detail: string;
}

/** The relational tables of the workspace. */
export interface WorkspaceTables {
  people: PeopleTable;
  sessions: SessionsTable;
  api_tokens: ApiTokensTable;
  links: LinksTable;
  tickets: TicketsTable;
  activities: ActivitiesTable;
  memberships: MembershipsTable;
  review_documents: ReviewDocumentsTable;
  documents: DocumentsTable;
  chapters: ChaptersTable;
  files: FilesTable;
  mails: MailsTable;
  audit: AuditTable;
}
