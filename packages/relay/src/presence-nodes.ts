import type { RelayLimits } from './limits.ts';
import type { Clock } from './ports.ts';
import { GONE } from './presence-codec.ts';
import { PresenceLane } from './presence-lane.ts';
import { isLocal, type Present, type PresenceRoster } from './presence-roster.ts';
import { splitEntries, type PresentEntry, type RoomNews, type RosterEntry } from './room-news.ts';
import { Timers } from './timers.ts';

/** What the presence of other nodes needs of its room. */
export interface NodesHost {
  /** Name of this node. */
  readonly node: string;
  readonly roster: PresenceRoster;
  /** Person a Yjs client id belongs to by the log; undefined when it never wrote. */
  ownerOf(client: number): string | undefined;
  /** What is known of a client has changed: the members here are to be told. */
  note(client: number): void;
  /** Tells a client of this node that others saw it end with this clock; it announces itself again. */
  askAgain(client: number, clock: number): void;
  tell(news: RoomNews): void;
}

/** How fast changes go to the other nodes: each within a second, however many there are. */
const NODE_CYCLE_MS = 1_000;

/** Nodes are asked for what is missing at most this often. */
const ASK_AGAIN_MS = 1_000;

/**
 * The presence of people at other nodes (R8, R13). Changes are told as they come, and every few
 * seconds each node tells the clocks of everybody it has: whoever missed something asks for all of
 * it. A node that says it left, or nothing for a while, takes its people along.
 */
export class PresenceNodes {
  readonly #host: NodesHost;
  readonly #clock: Clock;
  readonly #limits: RelayLimits;
  readonly #timers: Timers;
  readonly #lane: PresenceLane;
  /** When each node was last heard, in milliseconds. */
  readonly #heardAt = new Map<string, number>();
  #askedAt = -Infinity;

  constructor(host: NodesHost, ports: { readonly clock: Clock; readonly limits: RelayLimits }) {
    const { clock, limits } = ports;
    this.#host = host;
    this.#clock = clock;
    this.#limits = limits;
    this.#timers = new Timers(clock);
    const pace = () => {
      const everyMs = limits.presenceMs;
      const due = Math.ceil((host.roster.localCount * everyMs) / NODE_CYCLE_MS);
      return { everyMs, states: Math.max(limits.presenceFrameStates, due) };
    };
    this.#lane = new PresenceLane(clock, pace, (clients) => this.#tell(clients));
    this.#ask('');
    this.#beat();
  }

  /** Somebody at this node changed. */
  note(client: number): void {
    this.#lane.note(client);
  }

  /** Takes in what another node tells. */
  hear(news: RoomNews): void {
    switch (news.type) {
      case 'head':
        return;
      case 'presence':
        this.#heardAt.set(news.node, this.#clock.now());
        for (const entry of news.entries) this.#take(news.node, entry);
        return;
      case 'roster':
        this.#heardAt.set(news.node, this.#clock.now());
        this.#compare(news.node, news.entries);
        return;
      case 'who':
        if (news.to !== '' && news.to !== this.#host.node) return;
        for (const [client] of this.#host.roster.local()) this.#lane.note(client);
        return;
      case 'left':
        this.#left(news.node);
        return;
    }
  }

  /** The room closes here: the others are told. */
  close(): void {
    this.#timers.close();
    this.#lane.close();
    this.#host.tell({ type: 'left', node: this.#host.node });
  }

  #beat(): void {
    this.#timers.later(this.#limits.rosterMs, () => {
      const now = this.#clock.now();
      for (const [node, at] of this.#heardAt) {
        if (now - at > this.#limits.nodeSilenceMs) this.#left(node);
      }
      const entries = this.#host.roster
        .local()
        .map(([client, { clock, changedClock }]) => ({ client, clock, changedClock }));
      this.#host.tell({ type: 'roster', node: this.#host.node, entries });
      this.#beat();
    });
  }

  #tell(clients: readonly number[]): void {
    const { node, roster } = this.#host;
    const entries = clients.flatMap((client) => {
      const present = roster.get(client);
      // One that has moved to another node meanwhile is that node's to tell.
      if (present === undefined || typeof present.at === 'string') return [];
      const { clock, personId, state } = present;
      return [{ client, clock, personId, state }];
    });
    for (const part of splitEntries(entries)) {
      this.#host.tell({ type: 'presence', node, entries: part });
    }
  }

  #take(node: string, entry: PresentEntry): void {
    const { roster } = this.#host;
    const { client, clock, personId, state } = entry;
    const present = roster.get(client);
    const owner = this.#host.ownerOf(client) ?? present?.personId;
    if (owner !== undefined && owner !== personId) return;
    const heardAt = this.#clock.now();
    if (present === undefined) {
      const fresh = { personId, clock, changedClock: clock, state, toldClock: -1, heardAt };
      roster.add(client, { ...fresh, mustTell: false }, state === GONE ? null : node);
      if (state !== GONE) this.#host.note(client);
      return;
    }
    if (state === GONE) this.#end(node, client, present, clock);
    else this.#update(node, { ...entry, heardAt }, present);
  }

  #end(node: string, client: number, present: Present, clock: number): void {
    if (clock < present.clock) return;
    if (isLocal(present.at)) {
      // It has moved here, and others saw it end.
      this.#host.askAgain(client, clock);
      return;
    }
    if (present.at !== null && present.at !== node) return;
    const wasHere = present.at !== null;
    present.clock = clock;
    this.#host.roster.end(client, present);
    if (wasHere) this.#host.note(client);
  }

  #update(
    node: string,
    entry: PresentEntry & { readonly heardAt: number },
    present: Present,
  ): void {
    const { client, clock, personId, state, heardAt } = entry;
    if (isLocal(present.at) || clock < present.clock) return;
    if (present.at === null && clock === present.clock) {
      // The members here saw it end with this clock and would ignore it: its node is told so.
      const gone = { client, clock, personId, state: GONE };
      this.#host.tell({ type: 'presence', node: this.#host.node, entries: [gone] });
      return;
    }
    const isSame = present.at !== null && state === present.state;
    present.clock = clock;
    present.changedClock = clock;
    present.state = state;
    present.heardAt = heardAt;
    this.#host.roster.move(client, present, node);
    if (!isSame) this.#host.note(client);
  }

  /** Compares a node's list with what is known of it, and asks where something is missing. */
  #compare(node: string, entries: readonly RosterEntry[]): void {
    const { roster } = this.#host;
    const now = this.#clock.now();
    const listed = new Set<number>();
    let isLacking = false;
    for (const { client, clock, changedClock } of entries) {
      listed.add(client);
      const present = roster.get(client);
      if (present === undefined || present.at === null) {
        isLacking = true;
      } else if (!isLocal(present.at)) {
        if (present.changedClock < changedClock) isLacking = true;
        else if (present.at === node) present.clock = Math.max(present.clock, clock);
      }
    }
    for (const [client, present] of roster.atNode(node)) {
      // What was heard a moment ago may be newer than the list.
      if (listed.has(client) || now - present.heardAt < this.#limits.rosterMs) continue;
      roster.end(client, present);
      this.#host.note(client);
    }
    if (isLacking) this.#ask(node);
  }

  /** Asks a node for everybody it has; all of them with an empty name. */
  #ask(to: string): void {
    const now = this.#clock.now();
    if (now - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = now;
    this.#host.tell({ type: 'who', node: this.#host.node, to });
  }

  #left(node: string): void {
    this.#heardAt.delete(node);
    for (const [client, present] of this.#host.roster.atNode(node)) {
      this.#host.roster.end(client, present);
      this.#host.note(client);
    }
  }
}
