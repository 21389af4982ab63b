import type { NewsListener } from '../news-hub.ts';
import { refOf, roomOf, type WorkspaceServer, type WorkspaceSocket } from './workspace-rooms.ts';
import { mayWatch, stopWatching, type WatchContext } from './workspace-watches.ts';

/**
 * Hands the domain's news on to those who watch. Who loses a right stops hearing of the thing before
 * they hear anything further: watches of a person are checked again whenever their place changes.
 *
 * With several nodes the adapter of socket.io carries what is only told, so the node where it happened
 * tells it. What ends a watch or a connection every node does by itself (`local`), in its own order:
 * first out of the room, then the word.
 */
export function spreadNews(io: WorkspaceServer, context: WatchContext): NewsListener {
  const placeChanged = async (personId: string, activityId: string): Promise<void> => {
    await admitAgain(io, context, personId);
    io.local.to(roomOf('person', personId)).emit('membership:changed', { activityId });
  };

  return (news, origin) => {
    switch (news.type) {
      case 'activities':
        if (origin === 'elsewhere') return;
        for (const id of news.personIds) io.to(roomOf('person', id)).emit('activities:changed');
        return;
      case 'activity': {
        if (origin === 'elsewhere') return;
        const { activityId } = news;
        io.to(roomOf('activity', activityId)).emit('activity:changed', { activityId });
        return;
      }
      case 'document':
        if (origin === 'elsewhere') return;
        io.to(roomOf('document', news.outline.documentId)).emit('document:changed', news.outline);
        return;
      case 'document-deleted':
        endDocument(io, context, news.documentId);
        return;
      case 'membership':
        placeChanged(news.personId, news.activityId).catch((error: unknown) =>
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
        io.local.to(rooms).emit('session:ended');
        io.local.in(rooms).disconnectSockets(true);
        return;
      }
      case 'renamed':
        for (const socket of socketsIn(io, roomOf('person', news.personId))) {
          socket.data.person = { ...socket.data.person, name: news.name };
          for (const what of socket.data.watches.values()) {
            if ('documentId' in what) context.presence.changed(what.documentId);
          }
        }
        return;
      case 'rights':
      case 'mail-waiting':
        return;
    }
  };
}

/**
 * A person's place has changed: their connections at this node leave all rooms at once, and whoever
 * may goes back in. What is said meanwhile they ask for, when they are told.
 */
export async function admitAgain(
  io: WorkspaceServer,
  context: WatchContext,
  personId: string,
): Promise<void> {
  for (const socket of socketsIn(io, roomOf('person', personId))) {
    for (const room of socket.data.watches.keys()) void socket.leave(room);
  }
  await checkWatches(io, context, personId);
}

/** Checks what a person watches at this node, ends what they may not, and sees them into the rest. */
export async function checkWatches(
  io: WorkspaceServer,
  context: WatchContext,
  personId: string,
): Promise<void> {
  for (const socket of socketsIn(io, roomOf('person', personId))) {
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
}

function endDocument(io: WorkspaceServer, context: WatchContext, documentId: string): void {
  const room = roomOf('document', documentId);
  io.local.to(room).emit('document:deleted', { documentId });
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
