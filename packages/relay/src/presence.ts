import type { Member } from './member.ts';
import type { Clock } from './ports.ts';
import type { RelayLimits } from './limits.ts';
import {
  GONE,
  decodePresence,
  encodePresence,
  signState,
  type PresenceEntry,
} from './presence-codec.ts';

/** One Yjs client as the room sees it. */
interface Present {
  /** Person it belongs to; stays when the client has gone, so that nobody else can take it up. */
  readonly personId: string;
  /** Socket it came over last; null when gone. */
  member: Member | null;
  clock: number;
  /** Signed JSON as the others get it. */
  state: string;
  /** Clock the others were last told. */
  toldClock: number;
}

/** Clients that were here, kept in mind for R7: some hundred sockets coming and going for hours. */
const MAX_KNOWN_CLIENTS = 10_000;

/** What presence needs of its room. */
export interface PresenceHost {
  /** Person a Yjs client id belongs to by the log; undefined when it never wrote. */
  ownerOf(client: number): string | undefined;
  /** Sends to everybody who can take it at once; presence is dropped first (R8). */
  broadcast(bytes: Uint8Array): void;
  sendTo(member: Member, bytes: Uint8Array): void;
}

/**
 * Who is in a room and where. A lane of its own beside the text: entries gather for a moment and go
 * out as one frame; a state that only renews itself waits for the room's heartbeat.
 */
export class Presence {
  readonly #host: PresenceHost;
  readonly #clock: Clock;
  readonly #limits: RelayLimits;
  readonly #known = new Map<number, Present>();
  readonly #changed = new Set<number>();
  #cancelTimer: (() => void) | null = null;

  constructor(host: PresenceHost, clock: Clock, limits: RelayLimits) {
    this.#host = host;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Takes what a client says. Throws `MalformedFrameError` when the bytes are no awareness update. */
  receive(member: Member, bytes: Uint8Array): void {
    for (const entry of decodePresence(bytes)) this.#take(member, entry);
  }

  /** A client's socket has gone, and with it everything it showed. */
  leave(member: Member): void {
    for (const [client, present] of this.#known) {
      if (present.member !== member) continue;
      present.member = null;
      present.state = GONE;
      this.#note(client);
    }
  }

  /** Tells a newcomer who is here. */
  welcome(member: Member): void {
    const entries = this.#entries([...this.#known.keys()].filter((client) => this.#isHere(client)));
    if (entries.length > 0) this.#host.sendTo(member, encodePresence(entries));
  }

  /**
   * Passes on the renewals that were held back (stock clients forget a state after 30 s without),
   * and even with none says something, so that no stock client takes silence for death (R12).
   */
  beat(): void {
    const renewed = [...this.#known].filter(
      ([client, present]) => this.#isHere(client) && present.clock > present.toldClock,
    );
    this.#host.broadcast(encodePresence(this.#entries(renewed.map(([client]) => client))));
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #isHere(client: number): boolean {
    return this.#known.get(client)?.member !== null;
  }

  #take(member: Member, { client, clock, state }: PresenceEntry): void {
    if (state.length > this.#limits.presenceStateBytes) return;
    const { personId } = member.identity;
    const known = this.#known.get(client);
    const owner = this.#host.ownerOf(client) ?? known?.personId;
    if (owner !== undefined && owner !== personId) return;
    const signed = state === GONE ? GONE : signState(state, member.identity);
    if (signed === null) return;
    if (known === undefined) {
      if (signed !== GONE) this.#admit(member, { client, clock, state: signed });
      return;
    }
    this.#update(known, member, { client, clock, state: signed });
  }

  #admit(member: Member, { client, clock, state }: PresenceEntry): void {
    if (this.#countOf(member) >= this.#limits.presenceClientsPerSocket) return;
    if (this.#known.size >= MAX_KNOWN_CLIENTS) this.#forgetOneGone();
    const { personId } = member.identity;
    this.#known.set(client, { personId, member, clock, state, toldClock: -1 });
    this.#note(client);
  }

  #countOf(member: Member): number {
    let count = 0;
    for (const present of this.#known.values()) if (present.member === member) count += 1;
    return count;
  }

  #update(known: Present, member: Member, { client, clock, state }: PresenceEntry): void {
    // A tab repeats the states of its person's other tabs: only the socket it came over counts, or
    // one that has shown nothing of its own yet (the client is back before its old socket ended).
    const isElsewhere = known.member !== null && known.member !== member;
    if (isElsewhere && this.#countOf(member) > 0) return;
    if (state === GONE) {
      if (clock < known.clock || known.member === null) return;
      known.member = null;
      known.clock = clock;
    } else if (known.member === null && clock <= known.clock) {
      // Back after a cut, with a clock the others have seen end: they would ignore it. Being told it
      // has gone, a client announces itself again with a higher one (y-protocols).
      this.#host.sendTo(member, encodePresence([{ client, clock: known.clock, state: GONE }]));
      return;
    } else {
      if (clock < known.clock) return;
      known.member = member;
      known.clock = clock;
      if (state === known.state) return;
    }
    known.state = state;
    this.#note(client);
  }

  #note(client: number): void {
    this.#changed.add(client);
    this.#cancelTimer ??= this.#clock.after(this.#limits.presenceMs, () => {
      this.#cancelTimer = null;
      this.#flush();
    });
  }

  #flush(): void {
    const clients = [...this.#changed].slice(0, this.#limits.presenceFrameStates);
    for (const client of clients) this.#changed.delete(client);
    const entries = this.#entries(clients);
    if (entries.length > 0) this.#host.broadcast(encodePresence(entries));
    const [next] = this.#changed;
    if (next !== undefined) this.#note(next);
  }

  #entries(clients: readonly number[]): PresenceEntry[] {
    return clients.flatMap((client) => {
      const present = this.#known.get(client);
      if (present === undefined) return [];
      present.toldClock = present.clock;
      return [{ client, clock: present.clock, state: present.state }];
    });
  }

  #forgetOneGone(): void {
    for (const [client, present] of this.#known) {
      if (present.member !== null) continue;
      this.#known.delete(client);
      this.#changed.delete(client);
      return;
    }
  }
}
