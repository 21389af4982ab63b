import type { PersonRef } from '@plenary/protocol';
import { roomOf, type WorkspaceServer } from './workspace-rooms.ts';

/** Most people named in one message; the rest is counted. */
const PRESENCE_PEOPLE_MAX = 100;

/** Wait before a change is told, so that arrivals in a row become one message … */
const SETTLE_MS = 200;

/** … and more for every person there, so that the cost does not grow with the square of the room. */
const SETTLE_PER_PERSON_MS = 5;

/** Tells who is in which document. */
export interface DocumentPresence {
  /** Somebody came to or left a document: everybody there is told soon. */
  changed(documentId: string): void;
  close(): void;
}

/** Presence over the rooms of a socket.io server. A person with several windows is there once. */
export function createDocumentPresence(io: WorkspaceServer): DocumentPresence {
  const timers = new Map<string, NodeJS.Timeout>();

  const peopleIn = (room: string): PersonRef[] => {
    const people = new Map<string, PersonRef>();
    for (const socketId of io.sockets.adapter.rooms.get(room) ?? []) {
      const person = io.sockets.sockets.get(socketId)?.data.person;
      if (person === undefined) continue;
      const { personId: id, name, color } = person;
      people.set(id, { id, name, color });
    }
    return [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
  };

  return {
    changed(documentId) {
      if (timers.has(documentId)) return;
      const room = roomOf('document', documentId);
      const size = io.sockets.adapter.rooms.get(room)?.size ?? 0;
      if (size === 0) return;
      const timer = setTimeout(
        () => {
          timers.delete(documentId);
          const people = peopleIn(room);
          io.to(room).emit('document:presence', {
            documentId,
            people: people.slice(0, PRESENCE_PEOPLE_MAX),
            count: people.length,
          });
        },
        SETTLE_MS + SETTLE_PER_PERSON_MS * size,
      );
      timers.set(documentId, timer);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
