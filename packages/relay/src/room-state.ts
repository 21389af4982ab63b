import type { LoadedRoom } from './load-room.ts';
import type { RoomText } from './room-text.ts';
import type { StateVector } from './yjs-bytes.ts';

/**
 * What a room has committed, and how much more the log is known to have. Only the room's driver
 * moves it, a step at a time.
 */
export class RoomState {
  text: RoomText;
  /** State vector of the stored state alone. */
  stateVector: StateVector;
  /** Position of the last row whose text is in `text` and in the committed holdings. */
  head: number;
  /** Position the log is known to have reached. */
  knownHead: number;
  /** When it became known that the log has more, by the clock; null when it has not. */
  behindSince: number | null = null;
  /** The log may have more than is known of. */
  mustRead = false;
  /** It is not known what the log holds: the chapter has to be read again. */
  needsReload = false;
  /**
   * When the store was last asked and the answer was all that it holds, in milliseconds: until then
   * no change of rights can have been missed.
   */
  confirmedAt: number;
  isOver = false;

  constructor(loaded: LoadedRoom, now: number) {
    this.confirmedAt = now;
    this.text = loaded.text;
    this.stateVector = loaded.stateVector;
    this.head = loaded.head;
    this.knownHead = loaded.head;
  }

  /** Whether the log has, or may have, rows that are not here. */
  get isBehind(): boolean {
    return this.mustRead || this.knownHead > this.head;
  }

  /** The text has moved on to `head`. */
  advanced(): void {
    this.knownHead = Math.max(this.knownHead, this.head);
  }

  /** Everything the log had at some time is here. */
  confirmed(at: number): void {
    this.confirmedAt = Math.max(this.confirmedAt, at);
  }

  /** Takes over a chapter that was read again. */
  adopt(loaded: LoadedRoom): void {
    this.needsReload = false;
    this.text = loaded.text;
    this.stateVector = loaded.stateVector;
    this.head = loaded.head;
    this.knownHead = loaded.head;
  }
}
