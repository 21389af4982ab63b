import type { Access, CloseReason, RefusalReason } from '@plenary/protocol';

/** Something that happened to one connection in one chapter. */
export type ConnectionEvent = { readonly chapterId: string } & (
  | { readonly type: 'entered'; readonly mode: Access['mode'] }
  | { readonly type: 'left' }
  /** One of its updates was refused. */
  | { readonly type: 'refused'; readonly reason: RefusalReason }
  /** One of its updates waits for something before it, of so many bytes. */
  | { readonly type: 'parked'; readonly bytes: number }
  /** It takes less than it is sent, and is left out of updates until it has. */
  | { readonly type: 'slow' }
  /** The chapter is over for it. */
  | { readonly type: 'put-out'; readonly reason: CloseReason }
);

/**
 * Hears what becomes of one connection, for the log and the numbers of whoever runs the server.
 * Nothing is told for frames that pass as they should.
 */
export interface ConnectionStory {
  /** Names the connection in every line of the log about it. */
  readonly id: string;
  /** Takes one event. Must return at once and never throw. */
  tell(event: ConnectionEvent): void;
}
