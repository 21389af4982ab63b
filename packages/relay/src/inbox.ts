import type { RelayLimits } from './limits.ts';
import type { Clock } from './ports.ts';
import { TokenBucket } from './token-bucket.ts';

/** What an inbox needs of its session. */
export interface InboxHost {
  /** Handles a frame; the next one waits for the promise, if there is one. */
  handle(frame: Uint8Array): void | Promise<void>;
  /** More waits than is allowed. */
  overflow(): void;
  /** Handling threw. */
  fail(error: unknown): void;
}

/**
 * The frames of one socket, in order: they wait while the session is not ready, while one of them
 * takes time, and while the socket or its person is over the rate; too many waiting end the socket
 * (R10).
 */
export class Inbox {
  readonly #host: InboxHost;
  readonly #clock: Clock;
  readonly #limits: RelayLimits;
  readonly #rate: TokenBucket;
  readonly #personRate: TokenBucket;
  #frames: Uint8Array[] = [];
  #next = 0;
  #bytes = 0;
  #isReady = false;
  #isBusy = false;
  #isClosed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(
    host: InboxHost,
    work: { readonly clock: Clock; readonly limits: RelayLimits; readonly personRate: TokenBucket },
  ) {
    this.#host = host;
    this.#clock = work.clock;
    this.#limits = work.limits;
    this.#personRate = work.personRate;
    const { messagesPerSecond: perSecond, messageBurst: burst } = work.limits;
    this.#rate = new TokenBucket(work.clock, { perSecond, burst });
  }

  /** Takes a frame. */
  push(frame: Uint8Array): void {
    if (this.#isClosed) return;
    this.#frames.push(frame);
    this.#bytes += frame.byteLength;
    this.#pump();
    const waiting = this.#frames.length - this.#next;
    if (this.#bytes > this.#limits.inboxBytes || waiting > this.#limits.inboxFrames) {
      this.close();
      this.#host.overflow();
    }
  }

  /** The session is ready: what waited is handled now. */
  start(): void {
    this.#isReady = true;
    this.#pump();
  }

  /** Drops what waits. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#frames = [];
    this.#next = 0;
    this.#bytes = 0;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #pump(): void {
    while (this.#isReady && !this.#isBusy && !this.#isClosed && this.#cancelTimer === null) {
      const frame = this.#frames[this.#next];
      if (frame === undefined || !this.#mayGo(frame)) return;
      this.#next += 1;
      this.#bytes -= frame.byteLength;
      if (this.#next === this.#frames.length) {
        this.#frames = [];
        this.#next = 0;
      }
      this.#handle(frame);
    }
  }

  #mayGo(frame: Uint8Array): boolean {
    const wait = Math.max(this.#rate.waitMs, this.#personRate.waitMs);
    const count = Math.max(1, frame.byteLength / this.#limits.messageBytes);
    if (wait === 0) return this.#rate.take(count) && this.#personRate.take(count);
    this.#cancelTimer = this.#clock.after(wait, () => {
      this.#cancelTimer = null;
      this.#pump();
    });
    return false;
  }

  #handle(frame: Uint8Array): void {
    try {
      const result = this.#host.handle(frame);
      if (result === undefined) return;
      this.#isBusy = true;
      result
        .catch((error: unknown) => {
          this.#host.fail(error);
        })
        .finally(() => {
          this.#isBusy = false;
          this.#pump();
        })
        .catch(() => {});
    } catch (error) {
      this.#host.fail(error);
    }
  }
}
