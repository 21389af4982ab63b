import type { Outline } from '@plenary/protocol';
import type { Readable } from 'node:stream';

/** Time, in milliseconds since the epoch. */
export interface WallClock {
  now(): number;
}

/** What has just been committed and others have to hear of. Published after the commit, never before. */
export type WorkspaceNews =
  /** Rights in these chapters changed and their logs say so. */
  | { readonly type: 'rights'; readonly chapterIds: readonly string[] }
  /** These people's lists of activities changed. */
  | { readonly type: 'activities'; readonly personIds: readonly string[] }
  | { readonly type: 'activity'; readonly activityId: string }
  | { readonly type: 'document'; readonly activityId: string; readonly outline: Outline }
  | { readonly type: 'document-deleted'; readonly activityId: string; readonly documentId: string }
  | { readonly type: 'membership'; readonly activityId: string; readonly personId: string }
  /** Sessions that ended; null means all of this person's, and their tokens with them. */
  | {
      readonly type: 'sessions-ended';
      readonly personId: string;
      readonly sessionIds: readonly string[] | null;
    }
  | { readonly type: 'renamed'; readonly personId: string; readonly name: string }
  | { readonly type: 'mail-waiting' };

/** Tells the relay, socket.io and the outbox what happened. Never throws. */
export interface NewsDesk {
  publish(news: WorkspaceNews): void;
}

/** Keeps the texts of mails: they hold links, so they lie in files and not in tables. */
export interface MailFolder {
  write(id: string, text: string): Promise<void>;
  /** Resolves to null when there is no such text any more. */
  read(id: string): Promise<string | null>;
  remove(id: string): Promise<void>;
}

/** Sends one mail or throws; what it throws is worth another attempt later. */
export interface MailTransport {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
  }): Promise<void>;
  close(): void;
}

/** Keeps uploaded files by key. */
export interface FileStore {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Rejects when there is no such file. */
  stream(key: string): Promise<Readable>;
  remove(key: string): Promise<void>;
}
