import type { RelayLimits } from './limits.ts';
import type { Clock, Logger, UpdateLog } from './ports.ts';

/** An open room, as far as the watch looks at it. */
export interface WatchedRoom {
  readonly chapterId: string;
  readonly head: number;
  /**
   * What the log said about its head; undefined when the chapter has gone. `asked` is when, and where
   * the room was then.
   */
  compareHead(
    head: number | undefined,
    asked: { readonly at: number; readonly head: number },
  ): void;
  /** Looks whether rights have been without confirmation for too long. */
  checkConfirmed(): void;
}

interface WatchPorts {
  readonly log: UpdateLog;
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly logger: Logger;
}

/**
 * Compares the heads of all open rooms with the log: one question for all of them, regularly and
 * never two at once. So a node that hears no news finds out by itself (R13), and knows how long ago
 * the store last confirmed that nothing has changed (R6).
 */
export class HeadsWatch {
  readonly #rooms: () => Iterable<WatchedRoom>;
  readonly #ports: WatchPorts;
  #cancelTimer: (() => void) | null = null;
  #lookedAt: number;
  #isAsking = false;
  #isAnswering = true;
  #isClosed = false;

  constructor(rooms: () => Iterable<WatchedRoom>, ports: WatchPorts) {
    this.#rooms = rooms;
    this.#ports = ports;
    this.#lookedAt = ports.clock.now();
    this.#later();
  }

  /** Whether the log answered when it was asked last. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  /** Asks nothing more. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #later(): void {
    const { clock, limits } = this.#ports;
    this.#cancelTimer = clock.after(limits.headsMs, () => {
      // After this node itself stood still, answers wait here to be heard first.
      const now = clock.now();
      const stoodStill = now - this.#lookedAt > limits.headsMs * 2;
      this.#lookedAt = now;
      if (!stoodStill) for (const room of this.#rooms()) room.checkConfirmed();
      if (!this.#isAsking) void this.#ask();
      this.#later();
    });
  }

  async #ask(): Promise<void> {
    const { log, clock, logger } = this.#ports;
    const at = clock.now();
    const asked = [...this.#rooms()].map((room) => ({ room, head: room.head }));
    if (asked.length === 0) return;
    this.#isAsking = true;
    try {
      const heads = await log.heads(asked.map(({ room }) => room.chapterId));
      this.#isAnswering = true;
      if (this.#isClosed) return;
      for (const { room, head } of asked) room.compareHead(heads.get(room.chapterId), { at, head });
    } catch (error) {
      if (this.#isAnswering)
        logger.warn({ err: error }, 'the heads of chapters cannot be compared');
      this.#isAnswering = false;
    } finally {
      this.#isAsking = false;
    }
  }
}
