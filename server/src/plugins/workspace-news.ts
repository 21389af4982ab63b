import type { WorkspaceNews } from '../domain/ports.ts';
import { refOf, roomOf, type WorkspaceServer } from './workspace-rooms.ts';
import { mayWatch, stopWatching, type WatchContext } from './workspace-watches.ts';

/**
 * Hands the domain's news on to those who watch. Who loses a right stops hearing of the thing before
 * they hear anything further: watches of a person are checked again whenever their place changes.
 */
export function spreadNews(
  io: WorkspaceServer,
  context: WatchContext,
): (news: WorkspaceNews) => void {
  const recheck = async (personId: string): Promise<void> => {
    for (const socketId of io.sockets.adapter.rooms.get(roomOf('person', personId)) ?? []) {
      const socket = io.sockets.sockets.get(socketId);
      if (socket === undefined) continue;
      for (const what of socket.data.watches.values()) {
        const answer = await mayWatch(context.workspace, socket.data.person, what);
        if (answer.ok) continue;
        stopWatching(socket, context.presence, what);
        socket.emit('watch:ended', what);
      }
    }
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
      case 'membership': {
        const { activityId, personId } = news;
        io.to(roomOf('person', personId)).emit('membership:changed', { activityId });
        recheck(personId).catch((error: unknown) =>
          context.logger.error({ err: error }, 'watches could not be checked again'),
        );
        return;
      }
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
  for (const socketId of io.sockets.adapter.rooms.get(room) ?? []) {
    const socket = io.sockets.sockets.get(socketId);
    const what = socket?.data.watches.get(room);
    if (socket === undefined || what === undefined) continue;
    stopWatching(socket, context.presence, what);
    socket.emit('watch:ended', { documentId: refOf(what).id });
  }
}
