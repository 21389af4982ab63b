import type { Member } from './member.ts';

/** An update as a session hands it over. */
export interface IncomingUpdate {
  readonly bytes: Uint8Array;
  /** The client's number for it; 0 where the protocol has none. */
  readonly seq: number;
  /** Whether it answers a question for everything the client has. */
  readonly isFullSync: boolean;
  /** When it came, by the clock, where it had to wait to be judged. */
  readonly receivedAt?: number;
}

/** An update and who sent it. */
export interface SentUpdate {
  readonly member: Member;
  readonly incoming: IncomingUpdate;
}

/** Updates of a room that wait to be judged, in the order they came (R6). */
export class WaitingUpdates {
  #updates: SentUpdate[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Who has something waiting. */
  get members(): readonly Member[] {
    return this.#updates.map(({ member }) => member);
  }

  add(member: Member, incoming: IncomingUpdate): void {
    this.#updates.push({ member, incoming });
    this.#bytes += incoming.bytes.byteLength;
  }

  takeAll(): readonly SentUpdate[] {
    const updates = this.#updates;
    this.#updates = [];
    this.#bytes = 0;
    return updates;
  }
}
