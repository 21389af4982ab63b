import { MAX_UPDATE_BYTES } from '@plenary/protocol';
import type { Link } from './link.ts';
import type { Edit, Outbox } from './outbox.ts';
import type { Clock } from './types.ts';
import { mergeAll } from './yjs-bytes.ts';

/** Frames of one chapter that may be unacknowledged; more typing merges into the next frame. */
export const MAX_FRAMES_IN_FLIGHT = 8;

/** Waiting edits are merged into frames of about this size. */
export const FRAME_TARGET_BYTES = 256 * 1024;

/** Least time between two frames of one chapter while one is on its way. */
export const FRAME_INTERVAL_MS = 15;

/** Bytes the network has not taken yet, above which nothing is added. */
export const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Questions for missing parts that are answered in one opening before the edits are set aside. */
export const MAX_MISSING_ANSWERS = 8;

/** Brings the edits of one chapter to the server at a bounded pace. */
export class Sender {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #wake: () => void;
  #lastFrameAt = Number.NEGATIVE_INFINITY;
  #missingAnswers = 0;
  #cancelPace: (() => void) | null = null;

  /** `wake` is called when there may be something to send again. */
  constructor(options: { link: Link; clock: Clock; outbox: Outbox; wake: () => void }) {
    this.#link = options.link;
    this.#clock = options.clock;
    this.#outbox = options.outbox;
    this.#wake = options.wake;
  }

  /**
   * Sends what waits, as far as it may. Returns the edits that are too large to be sent at all;
   * empty when there are none.
   */
  send(room: number): readonly Edit[] {
    for (;;) {
      const edits = this.#next();
      if (edits.length === 0) return [];
      const bytes = mergeAll(edits.map((edit) => edit.bytes));
      if (bytes.length > MAX_UPDATE_BYTES) return edits;
      this.#sendFrame(room, bytes, edits);
    }
  }

  /**
   * Sends everything the server lacks as one frame, which then stands for all edits. False when it
   * was asked too often, or has too much to send.
   */
  sendMissing(room: number, bytes: Uint8Array | null): boolean {
    this.#missingAnswers += 1;
    if (this.#missingAnswers > MAX_MISSING_ANSWERS) return false;
    if (bytes === null || bytes.length > MAX_UPDATE_BYTES) return false;
    this.#sendFrame(room, bytes, this.#outbox.edits);
    return true;
  }

  /** The chapter was left: what was on its way waits again. */
  reset(): void {
    this.#outbox.requeue();
    this.#missingAnswers = 0;
    this.#cancelPace?.();
    this.#cancelPace = null;
  }

  #next(): readonly Edit[] {
    const inFlight = this.#outbox.framesInFlight;
    if (inFlight >= MAX_FRAMES_IN_FLIGHT) return [];
    if (inFlight > 0 && this.#link.bufferedBytes > MAX_BUFFERED_BYTES) return [];
    const edits = this.#outbox.next(FRAME_TARGET_BYTES);
    if (edits.length === 0 || inFlight === 0) return edits;
    const since = this.#clock.now() - this.#lastFrameAt;
    // A negative time is a device's clock set back, not a reason to wait for it.
    if (since < 0 || since >= FRAME_INTERVAL_MS) return edits;
    this.#cancelPace ??= this.#clock.after(FRAME_INTERVAL_MS - since, () => {
      this.#cancelPace = null;
      this.#wake();
    });
    return [];
  }

  #sendFrame(room: number, bytes: Uint8Array, edits: readonly Edit[]): void {
    const seq = this.#link.nextSeq();
    this.#outbox.sent(edits, seq);
    this.#lastFrameAt = this.#clock.now();
    this.#link.send({ type: 'update', room, seq, bytes });
  }
}
