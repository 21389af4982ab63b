import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../adapters/sql/schema.ts';
import type { FileStore, MailFolder, NewsDesk, WallClock } from './ports.ts';

/** Everything the domain's functions work with. */
export interface Workspace {
  readonly db: Kysely<Database>;
  readonly clock: WallClock;
  readonly news: NewsDesk;
  readonly mailFolder: MailFolder;
  /** Whether mails are sent, or kept for an administrator to hand on. */
  readonly sendsMail: boolean;
  readonly files: FileStore;
  /** Address people reach this server at, without a slash at the end. */
  readonly publicUrl: string;
}

/** A database or an open transaction on it: for functions that only read or that join a transaction. */
export type Queries = Kysely<Database>;

/** An open transaction: for functions that must not be used outside one. */
export type Trx = Transaction<Database>;
