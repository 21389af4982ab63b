import type { Member } from './member.ts';
import { GONE } from './presence-codec.ts';

/** One Yjs client as the room sees it. */
export interface Present {
  /** Person it belongs to; stays when the client has gone, so that nobody else can take it up. */
  readonly personId: string;
  /** Where it is: a member of this node, another node by its name, or nowhere. */
  at: Member | string | null;
  clock: number;
  /** Clock at which its state changed last; what came since only renewed it. */
  changedClock: number;
  /** Signed JSON as the others get it. */
  state: string;
  /** Clock the members here were last told. */
  toldClock: number;
  /** When another node last spoke of it, in milliseconds. */
  heardAt: number;
  /** Somewhere it was seen to end: its next clock is told even if the state is the same. */
  mustTell: boolean;
}

/** Clients that were here, kept in mind for R7: some hundred sockets coming and going for hours. */
const MAX_KNOWN_CLIENTS = 10_000;

/** The Yjs clients of a room, those of other nodes among them, and some that have gone. */
export class PresenceRoster {
  readonly #known = new Map<number, Present>();
  readonly #clientsOf = new Map<Member, Set<number>>();
  #presentCount = 0;
  #localCount = 0;

  /** How many are somewhere. */
  get presentCount(): number {
    return this.#presentCount;
  }

  /** How many are at members of this node. */
  get localCount(): number {
    return this.#localCount;
  }

  get(client: number): Present | undefined {
    return this.#known.get(client);
  }

  [Symbol.iterator](): IterableIterator<[number, Present]> {
    return this.#known.entries();
  }

  /** Yjs clients that a member of this node shows. */
  clientsOf(member: Member): ReadonlySet<number> {
    return this.#clientsOf.get(member) ?? NOBODY;
  }

  /** Everybody who is somewhere. */
  present(): number[] {
    return [...this.#known].flatMap(([client, { at }]) => (at === null ? [] : [client]));
  }

  /** Those at members of this node. */
  local(): [number, Present][] {
    const clients = [...this.#clientsOf.values()].flatMap((set) => [...set]);
    return clients.map((client) => [client, this.#known.get(client)!]);
  }

  /** Those at another node. */
  atNode(node: string): [number, Present][] {
    return [...this.#known].filter(([, { at }]) => at === node);
  }

  /** Adds one that is not known. */
  add(client: number, present: Omit<Present, 'at'>, at: Present['at']): void {
    if (this.#known.size >= MAX_KNOWN_CLIENTS) this.#forgetOneGone();
    const added: Present = { ...present, at: null };
    this.#known.set(client, added);
    this.move(client, added, at);
  }

  /** Notes where a client is now. */
  move(client: number, present: Present, to: Present['at']): void {
    const { at: from } = present;
    if (from === to) return;
    if (from !== null) this.#presentCount -= 1;
    if (isLocal(from)) {
      this.#localCount -= 1;
      const clients = this.#clientsOf.get(from);
      clients?.delete(client);
      if (clients?.size === 0) this.#clientsOf.delete(from);
    }
    present.at = to;
    if (to !== null) this.#presentCount += 1;
    if (!isLocal(to)) return;
    this.#localCount += 1;
    const clients = this.#clientsOf.get(to) ?? new Set();
    clients.add(client);
    this.#clientsOf.set(to, clients);
  }

  /** A client is nowhere any more. */
  end(client: number, present: Present): void {
    this.move(client, present, null);
    present.state = GONE;
    present.changedClock = present.clock;
  }

  #forgetOneGone(): void {
    for (const [client, { at }] of this.#known) {
      if (at !== null) continue;
      this.#known.delete(client);
      return;
    }
  }
}

const NOBODY: ReadonlySet<number> = new Set();

/** Whether a client is at a member of this node. */
export function isLocal(at: Present['at']): at is Member {
  return at !== null && typeof at !== 'string';
}
