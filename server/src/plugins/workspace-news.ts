import type { WorkspaceNews } from '../domain/ports.ts';
import { refOf, roomOf, type WorkspaceServer, type WorkspaceSocket } from './workspace-rooms.ts';
import { mayWatch, stopWatching, type WatchContext } from './workspace-watches.ts';

/**
 * Hands the domain's news on to those who watch. Who loses a right stops hearing of the thing before
 * they hear anything further: watches of a person are checked again whenever their place changes.
 */
export function spreadNews(
  io: WorkspaceServer,
  context: WatchContext,
): (news: WorkspaceNews) => void {
  const checkAgain = async (personId: string, activityId: string): Promise<void> => {
    const sockets = socketsIn(io, roomOf('person', personId));
    // Out of every room at once; whoever may goes back in. What is said meanwhile they ask for, when
    // they are told that their place changed.
    for (const socket of sockets) {
      for (const room of socket.data.watches.keys()) void socket.leave(room);
    }
    for (const socket of sockets) {
      for (const [room, what] of socket.data.watches) {
        const answer = await mayWatch(context.workspace, socket.data.person, what);
        if (answer.ok) {
          if (socket.data.watches.has(room)) await socket.join(room);
        } else {
          stopWatching(socket, context.presence, what);
          socket.emit('watch:ended', what);
        }
      }
    }
    io.to(roomOf('person', personId)).emit('membership:changed', { activityId });
  };

  return (news) => {
    switch (news.type) {
      case 'activities':
        for (const id of news.personIds) io.to(roomOf('person', id)).emit('activities:changed');
        return;
      case 'activity': {
        const { activityId } = news;
        io.to(roomOf('activity', activityId)).emit('activity:changed', { activityId });
        return;
      }
      case 'document':
        io.to(roomOf('document', news.outline.documentId)).emit('document:changed', news.outline);
        return;
      case 'document-deleted':
        endDocument(io, context, news.documentId);
        return;
      case 'membership':
        checkAgain(news.personId, news.activityId).catch((error: unknown) =>
          context.logger.error({ err: error }, 'watches could not be checked again'),
        );
        return;
      case 'sessions-ended': {
        const { personId, sessionIds } = news;
        const rooms =
          sessionIds === null
            ? [roomOf('person', personId)]
            : sessionIds.map((id) => roomOf('credential', id));
        if (rooms.length === 0) return;
        io.to(rooms).emit('session:ended');
        io.in(rooms).disconnectSockets(true);
        return;
      }
      case 'rights':
      case 'mail-waiting':
        return;
    }
  };
}

function endDocument(io: WorkspaceServer, context: WatchContext, documentId: string): void {
  const room = roomOf('document', documentId);
  io.to(room).emit('document:deleted', { documentId });
  for (const socket of socketsIn(io, room)) {
    const what = socket.data.watches.get(room);
    if (what === undefined) continue;
    stopWatching(socket, context.presence, what);
    socket.emit('watch:ended', { documentId: refOf(what).id });
  }
}

/** The connections that are in a room now. */
function socketsIn(io: WorkspaceServer, room: string): WorkspaceSocket[] {
  const ids = io.sockets.adapter.rooms.get(room) ?? new Set<string>();
  return [...ids].flatMap((id) => io.sockets.sockets.get(id) ?? []);
}
