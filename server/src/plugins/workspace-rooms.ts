import type { ClientEvents, ServerEvents, Watch } from '@plenary/protocol';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { ThingRef } from '../domain/access/standing.ts';
import type { SignedIn } from '../domain/sign-in/identify.ts';

/** What is known of a connection. */
export interface WorkspaceSocketData {
  person: SignedIn;
  /** What it watches, by room. */
  watches: Map<string, Watch>;
}

/** The typed socket.io server of the workspace. */
export type WorkspaceServer = Server<
  ClientEvents,
  ServerEvents,
  DefaultEventsMap,
  WorkspaceSocketData
>;

/** One connection to it. */
export type WorkspaceSocket = Socket<
  ClientEvents,
  ServerEvents,
  DefaultEventsMap,
  WorkspaceSocketData
>;

/** The room of a person, of a session or token, of an activity or of a document. */
export function roomOf(
  kind: 'person' | 'credential' | 'activity' | 'document',
  id: string,
): string {
  return `${kind}:${id}`;
}

/** The thing a watch is about. */
export function refOf(watch: Watch): ThingRef & { readonly kind: 'activity' | 'document' } {
  return 'activityId' in watch
    ? { kind: 'activity', id: watch.activityId }
    : { kind: 'document', id: watch.documentId };
}

/** The watches that rooms stand for; rooms of other kinds are passed over. */
export function watchesOf(rooms: Iterable<string>): Map<string, Watch> {
  const watches = new Map<string, Watch>();
  for (const room of rooms) {
    const [kind, id = ''] = room.split(':', 2);
    if (kind === 'activity') watches.set(room, { activityId: id });
    if (kind === 'document') watches.set(room, { documentId: id });
  }
  return watches;
}
