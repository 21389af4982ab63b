import { PersonRef } from '@plenary/protocol';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { RedisLink } from '../adapters/redis/redis-link.ts';
import { roomOf, type WorkspaceServer } from './workspace-rooms.ts';

/** Most people named in one message to clients; the rest is counted. */
const PRESENCE_PEOPLE_MAX = 100;

/** Wait before a change is told, so that arrivals in a row become one message … */
const SETTLE_MS = 200;

/** … and more for every person there, so that the cost does not grow with the square of the room. */
const SETTLE_PER_PERSON_MS = 5;

/** How often a node says again who is there, for nodes that missed it. */
const REPEAT_MS = 20_000;

/** Who a node said were there has gone with it when nothing was heard for so long. */
const FORGET_MS = 50_000;

/** Channel on which nodes tell each other who is in a document. */
const CHANNEL = 'presence';

/** Everybody who is in a document at one node; `asks` when that node knows nothing of the others. */
const NodePresence = Type.Object({
  documentId: Type.String(),
  people: Type.Array(PersonRef),
  asks: Type.Boolean(),
});
const check = Compile(NodePresence);

/** Tells who is in which document. */
export interface DocumentPresence {
  /** Somebody came to or left a document: everybody there is told soon. */
  changed(documentId: string): void;
  close(): void;
}

interface Elsewhere {
  readonly people: readonly PersonRef[];
  readonly heardAt: number;
}

/**
 * Presence over the rooms of a socket.io server. A person with several windows is there once. With a
 * link every node tells the others who is there at its own place, and counts all of them.
 */
export function createDocumentPresence(
  io: WorkspaceServer,
  link: RedisLink | null = null,
): DocumentPresence {
  const timers = new Map<string, NodeJS.Timeout>();
  /** By document, then by node. */
  const elsewhere = new Map<string, Map<string, Elsewhere>>();
  /** Documents in which the other nodes believe somebody to be here. */
  const told = new Set<string>();
  /** Documents of which the other nodes have to be told. */
  const changedHere = new Set<string>();

  const sizeOf = (documentId: string): number =>
    io.sockets.adapter.rooms.get(roomOf('document', documentId))?.size ?? 0;

  const peopleHere = (documentId: string): Map<string, PersonRef> => {
    const people = new Map<string, PersonRef>();
    for (const socketId of io.sockets.adapter.rooms.get(roomOf('document', documentId)) ?? []) {
      const person = io.sockets.sockets.get(socketId)?.data.person;
      if (person === undefined) continue;
      const { personId: id, name, color } = person;
      people.set(id, { id, name, color });
    }
    return people;
  };

  /** Tells the clients here. */
  const tell = (documentId: string): void => {
    if (sizeOf(documentId) === 0) return;
    const people = peopleHere(documentId);
    for (const node of elsewhere.get(documentId)?.values() ?? []) {
      for (const person of node.people) if (!people.has(person.id)) people.set(person.id, person);
    }
    const sorted = [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
    io.local.to(roomOf('document', documentId)).emit('document:presence', {
      documentId,
      people: sorted.slice(0, PRESENCE_PEOPLE_MAX),
      count: sorted.length,
    });
  };

  /** Tells the other nodes who is here. */
  const publish = (documentId: string, asks: boolean): void => {
    if (link === null) return;
    const people = [...peopleHere(documentId).values()];
    if (people.length === 0 && !told.has(documentId)) return;
    if (people.length === 0) told.delete(documentId);
    else told.add(documentId);
    const news = { documentId, people, asks };
    link.publish(CHANNEL, new TextEncoder().encode(JSON.stringify(news)));
  };

  const tellSoon = (documentId: string, alsoOthers: boolean): void => {
    if (alsoOthers) changedHere.add(documentId);
    if (timers.has(documentId)) return;
    const timer = setTimeout(
      () => {
        timers.delete(documentId);
        tell(documentId);
        if (changedHere.delete(documentId)) publish(documentId, !elsewhere.has(documentId));
        if (sizeOf(documentId) === 0) elsewhere.delete(documentId);
      },
      SETTLE_MS + SETTLE_PER_PERSON_MS * sizeOf(documentId),
    );
    timers.set(documentId, timer);
  };

  const hear = (bytes: Uint8Array, node: string): void => {
    const news: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!check.Check(news)) return;
    const { documentId, people, asks } = news;
    // Nobody here looks: whoever comes asks.
    if (sizeOf(documentId) === 0) return;
    const nodes = elsewhere.get(documentId) ?? new Map<string, Elsewhere>();
    elsewhere.set(documentId, nodes);
    if (people.length === 0) nodes.delete(node);
    else nodes.set(node, { people, heardAt: performance.now() });
    tellSoon(documentId, asks);
  };

  const repeat = (): void => {
    const forgotten = performance.now() - FORGET_MS;
    for (const [documentId, nodes] of elsewhere) {
      for (const [node, { heardAt }] of nodes) {
        if (heardAt >= forgotten) continue;
        nodes.delete(node);
        tellSoon(documentId, false);
      }
    }
    for (const documentId of told) publish(documentId, false);
  };

  const enders: (() => void)[] = [];
  if (link !== null) {
    const timer = setInterval(repeat, REPEAT_MS);
    enders.push(
      () => clearInterval(timer),
      link.listen(CHANNEL, hear),
      link.onUp(() => {
        for (const documentId of told) publish(documentId, true);
      }),
    );
  }

  return {
    changed: (documentId) => tellSoon(documentId, true),
    close() {
      for (const end of enders) end();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
