import type { RelayLimits } from './limits.ts';
import type { Member } from './member.ts';
import type { Clock, LogRow } from './ports.ts';
import { bytesOfRows, type RoomText } from './room-text.ts';
import { SharedFrame, type TextFrame } from './shared-frame.ts';
import { isTooMuch, keepsUp } from './slow-readers.ts';
import { EMPTY_UPDATE } from './yjs-bytes.ts';

/** What catching up needs of its room. */
export interface CatchUpHost {
  readonly number: number;
  head(): number;
  text(): RoomText;
  /** Rows of the log after a position; null where they cannot be read now. */
  readAfter(position: number): Promise<readonly LogRow[] | null>;
  /** A member has taken nothing for too long. */
  tooSlow(member: Member): void;
  /** Something unexpected happened on the way. */
  fail(error: unknown): void;
}

/** How often sockets that are full are looked at again. */
const LOOK_AGAIN_MS = 250;

/** A position before the first: nothing is held. */
export const FROM_NOTHING = -1;

/**
 * Brings members up to the head: newcomers, those that resume, and slow readers once they have
 * drained (R5, R9). Until then they get no updates, so nothing piles up for them.
 */
export class CatchUp {
  readonly #host: CatchUpHost;
  readonly #clock: Clock;
  readonly #limits: RelayLimits;
  /** Members waiting for their socket to drain, with what was buffered when last looked at. */
  readonly #stalled = new Map<Member, { buffered: number; since: number }>();
  /** What to say before the first frame, with the position it will have reached. */
  readonly #openings = new Map<Member, (reached: number) => void>();
  #cancelTimer: (() => void) | null = null;

  constructor(host: CatchUpHost, clock: Clock, limits: RelayLimits) {
    this.#host = host;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Begins to bring a member up from its position; `opening` is said before the first frame. */
  start(member: Member, opening?: (reached: number) => void): void {
    member.isBehind = true;
    if (opening !== undefined) this.#openings.set(member, opening);
    this.#run(member).catch((error: unknown) => {
      this.#host.fail(error);
    });
  }

  forget(member: Member): void {
    this.#stalled.delete(member);
    this.#openings.delete(member);
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#stalled.clear();
    this.#openings.clear();
  }

  async #run(member: Member): Promise<void> {
    if (member.isCatchingUp) return;
    member.isCatchingUp = true;
    try {
      while (!member.hasLeft) {
        const { socket } = member.link;
        if (isTooMuch(socket, 0, this.#limits)) {
          this.#stall(member);
          return;
        }
        const frames = await this.#framesSince(member.position);
        if (member.hasLeft) return;
        const size = frames.reduce((sum, { message }) => sum + message.bytes.byteLength, 0);
        if (isTooMuch(socket, size, this.#limits)) {
          this.#stall(member);
          return;
        }
        const reached = frames.at(-1)?.message.position ?? Math.max(0, member.position);
        this.#openings.get(member)?.(reached);
        this.#openings.delete(member);
        for (const frame of frames) member.send(frame);
        member.position = reached;
        if (reached === this.#host.head()) {
          member.isBehind = false;
          return;
        }
      }
    } finally {
      member.isCatchingUp = false;
    }
  }

  async #framesSince(position: number): Promise<readonly TextFrame[]> {
    const { number: room } = this.#host;
    const head = this.#host.head();
    const text = this.#host.text();
    if (position === head) return [];
    if (position === text.statePosition) {
      const tail = await text.tailFrame(() => this.#host.head());
      if (text.statePosition !== position) return this.#framesSince(position);
      // Nothing but changes of rights may lie between.
      const nothing = { type: 'updates', room, from: position, position: head } as const;
      return [tail ?? new SharedFrame({ ...nothing, bytes: EMPTY_UPDATE })];
    }
    if (position > text.statePosition) {
      const bytes = await text.merge(text.after(position));
      return [new SharedFrame({ type: 'updates', room, from: position, position: head, bytes })];
    }
    const found = position === FROM_NOTHING ? null : await this.#host.readAfter(position);
    if (found !== null) {
      // Rows that somebody else appended meanwhile come with the news, to everybody at once.
      const rows = found.filter((row) => row.position <= head);
      const isAll = found.length < this.#limits.readRows;
      const isLess = isAll && bytesOfRows(rows) < text.state.byteLength;
      const last = rows.at(-1);
      if (isLess && last !== undefined) {
        const updates = rows.flatMap((row) => (row.kind === 'update' ? [row.bytes] : []));
        const bytes = await text.merge(updates);
        const to = last.position;
        return [new SharedFrame({ type: 'updates', room, from: position, position: to, bytes })];
      }
    }
    const state = text.stateFrame;
    const tail = await text.tailFrame(() => this.#host.head());
    // A compaction meanwhile moved rows from the tail into the state.
    if (text.stateFrame !== state) return this.#framesSince(position);
    if (tail === null) return [state];
    return text.hasState ? [state, tail] : [tail];
  }

  #stall(member: Member): void {
    const { bufferedBytes } = member.link.socket;
    const now = this.#clock.now();
    const known = this.#stalled.get(member);
    if (known === undefined || bufferedBytes < known.buffered) {
      this.#stalled.set(member, { buffered: bufferedBytes, since: now });
    } else if (now - known.since >= this.#limits.slowReaderMs) {
      this.#stalled.delete(member);
      this.#host.tooSlow(member);
      return;
    }
    this.#cancelTimer ??= this.#clock.after(LOOK_AGAIN_MS, () => {
      this.#cancelTimer = null;
      this.#lookAgain();
    });
  }

  #lookAgain(): void {
    for (const member of this.#stalled.keys()) {
      if (keepsUp(member.link.socket, this.#limits)) {
        this.#stalled.delete(member);
        this.start(member);
      } else {
        this.#stall(member);
      }
    }
  }
}
