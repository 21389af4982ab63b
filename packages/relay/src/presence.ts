import type { RelayLimits } from './limits.ts';
import type { Member } from './member.ts';
import type { Bus, Clock } from './ports.ts';
import {
  GONE,
  decodePresence,
  encodePresence,
  signState,
  type PresenceEntry,
} from './presence-codec.ts';
import { PresenceLane } from './presence-lane.ts';
import { PresenceNodes } from './presence-nodes.ts';
import { PresenceRoster, isLocal, type Present } from './presence-roster.ts';
import type { RoomNews } from './room-news.ts';

/** What presence needs of its room. */
export interface PresenceHost {
  /** Members of the room at this node. */
  memberCount(): number;
  /** Person a Yjs client id belongs to by the log; undefined when it never wrote. */
  ownerOf(client: number): string | undefined;
  /** Sends to everybody who can take it at once; presence is dropped first (R8). */
  broadcast(bytes: Uint8Array): void;
  sendTo(member: Member, bytes: Uint8Array): void;
  /** Tells the other nodes. */
  tell(news: RoomNews): void;
}

/**
 * Milliseconds between two presence frames for each member: writing a frame to a socket costs some
 * 7 µs, so that presence takes a thirtieth of a core in writes however many are here (R8).
 */
const MS_PER_MEMBER = 0.23;

/**
 * Who is in a room and where. A lane of its own beside the text: entries gather for a moment and go
 * out as one frame; a state that only renews itself waits for the room's heartbeat.
 */
export class Presence {
  readonly #host: PresenceHost;
  readonly #limits: RelayLimits;
  readonly #roster = new PresenceRoster();
  readonly #lane: PresenceLane;
  /** The other nodes; null where there are none. */
  readonly #nodes: PresenceNodes | null;
  /** Everybody who is here, as a newcomer is told; until something is told to all. */
  #welcome: Uint8Array | null = null;

  constructor(
    host: PresenceHost,
    ports: { readonly clock: Clock; readonly limits: RelayLimits; readonly bus?: Bus },
  ) {
    this.#host = host;
    this.#limits = ports.limits;
    this.#lane = new PresenceLane(
      ports.clock,
      () => this.#pace(),
      (clients) => this.#broadcast(clients),
    );
    const { bus } = ports;
    this.#nodes =
      bus === undefined
        ? null
        : new PresenceNodes(
            {
              node: bus.node,
              roster: this.#roster,
              ownerOf: (client) => host.ownerOf(client),
              note: (client) => this.#lane.note(client),
              askAgain: (client, clock) => this.#askAgain(client, clock),
              tell: (news) => host.tell(news),
            },
            ports,
          );
  }

  /** Takes what a client says. Throws `MalformedFrameError` when the bytes are no awareness update. */
  receive(member: Member, bytes: Uint8Array): void {
    for (const entry of decodePresence(bytes)) this.#take(member, entry);
  }

  /** Takes what another node tells. */
  hear(news: RoomNews): void {
    this.#nodes?.hear(news);
  }

  /** A client's socket has gone, and with it everything it showed. */
  leave(member: Member): void {
    for (const client of this.#roster.clientsOf(member)) {
      this.#roster.end(client, this.#roster.get(client)!);
      this.#note(client);
    }
  }

  /** Tells a newcomer who is here. */
  welcome(member: Member): void {
    this.#welcome ??= encodePresence(this.#entries(this.#roster.present()));
    if (this.#welcome.byteLength > EMPTY_BYTES) this.#host.sendTo(member, this.#welcome);
  }

  /**
   * Passes on the renewals that were held back (stock clients forget a state after 30 s without),
   * and says something at once, so that no stock client takes silence for death (R12).
   */
  beat(): void {
    for (const [client, { at, clock, toldClock }] of this.#roster) {
      if (at !== null && clock > toldClock) this.#lane.note(client);
    }
    this.#host.broadcast(encodePresence([]));
  }

  close(): void {
    this.#lane.close();
    this.#nodes?.close();
  }

  /** A frame so often that writing it costs a fixed share, with so many states that all get their turn. */
  #pace(): { everyMs: number; states: number } {
    const { presenceMs, presenceFrameStates, presenceCycleMs } = this.#limits;
    const everyMs = Math.max(presenceMs, this.#host.memberCount() * MS_PER_MEMBER);
    const due = Math.ceil((this.#roster.presentCount * everyMs) / presenceCycleMs);
    return { everyMs, states: Math.max(presenceFrameStates, due) };
  }

  #take(member: Member, { client, clock, state }: PresenceEntry): void {
    if (state.length > this.#limits.presenceStateBytes) return;
    const { personId } = member.identity;
    const present = this.#roster.get(client);
    const owner = this.#host.ownerOf(client) ?? present?.personId;
    if (owner !== undefined && owner !== personId) return;
    const signed = state === GONE ? GONE : signState(state, member.identity);
    if (signed === null) return;
    const entry = { client, clock, state: signed };
    if (present !== undefined) this.#update(present, member, entry);
    else if (signed !== GONE) this.#admit(member, entry);
  }

  #admit(member: Member, { client, clock, state }: PresenceEntry): void {
    if (this.#roster.clientsOf(member).size >= this.#limits.presenceClientsPerSocket) return;
    const { personId } = member.identity;
    const fresh = { personId, clock, changedClock: clock, state, toldClock: -1, heardAt: 0 };
    this.#roster.add(client, { ...fresh, mustTell: false }, member);
    this.#note(client);
  }

  #update(present: Present, member: Member, { client, clock, state }: PresenceEntry): void {
    // A tab repeats the states of its person's other tabs: only the socket it came over counts, or
    // one that has shown nothing of its own yet (the client is back before its old socket ended).
    const isElsewhere = present.at !== null && present.at !== member;
    if (isElsewhere && this.#roster.clientsOf(member).size > 0) return;
    if (state === GONE) {
      if (clock < present.clock || present.at === null) return;
      present.clock = clock;
      this.#roster.end(client, present);
      this.#note(client);
      return;
    }
    if (present.at === null && clock <= present.clock) {
      this.#tellGone(member, client, present.clock);
      return;
    }
    if (clock < present.clock) return;
    const isMoved = typeof present.at === 'string';
    const isNews = present.at === null || state !== present.state || present.mustTell;
    this.#roster.move(client, present, member);
    present.clock = clock;
    if (isNews) {
      present.changedClock = clock;
      present.state = state;
      present.mustTell = false;
      this.#note(client);
    } else if (isMoved) {
      this.#nodes?.note(client);
    }
  }

  /**
   * Back after a cut, with a clock the others have seen end: they would ignore it. Being told it has
   * gone, a client announces itself again with a higher one (y-protocols).
   */
  #tellGone(member: Member, client: number, clock: number): void {
    this.#host.sendTo(member, encodePresence([{ client, clock, state: GONE }]));
  }

  /** Members of other nodes saw a client of this one end. */
  #askAgain(client: number, clock: number): void {
    const present = this.#roster.get(client);
    if (present === undefined || !isLocal(present.at)) return;
    present.clock = Math.max(present.clock, clock);
    present.mustTell = true;
    this.#tellGone(present.at, client, present.clock);
  }

  #note(client: number): void {
    this.#lane.note(client);
    this.#nodes?.note(client);
  }

  #broadcast(clients: readonly number[]): void {
    this.#welcome = null;
    for (const client of clients) {
      const present = this.#roster.get(client);
      if (present !== undefined) present.toldClock = present.clock;
    }
    this.#host.broadcast(encodePresence(this.#entries(clients)));
  }

  #entries(clients: readonly number[]): PresenceEntry[] {
    return clients.flatMap((client) => {
      const present = this.#roster.get(client);
      return present === undefined ? [] : [{ client, clock: present.clock, state: present.state }];
    });
  }
}

/** Size of an awareness update without entries. */
const EMPTY_BYTES = 1;
