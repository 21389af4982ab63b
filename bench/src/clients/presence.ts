import * as encoding from 'lib0/encoding';
import { readStamps, writeStamp } from './stamp.ts';

/** Somebody who shows a name and a caret, and the time at which it did, as a stamp. */
export class Shown {
  readonly #number: number;
  readonly #clientId: number;
  #clock = 0;

  /** `number` must be below 10,000. */
  constructor(number: number) {
    this.#number = number;
    this.#clientId = 1_000_000 + number;
  }

  /** The next state, as a y-protocols awareness update. */
  show(at: number): Uint8Array {
    this.#clock += 1;
    const place = { type: { client: 1, clock: this.#clock }, assoc: 0 };
    const state = {
      user: { name: `Person ${this.#number}`, color: '#3b6ea5' },
      cursor: { anchor: place, head: place },
      at: writeStamp(this.#number, at, '^^'),
    };
    const to = encoding.createEncoder();
    encoding.writeVarUint(to, 1);
    encoding.writeVarUint(to, this.#clientId);
    encoding.writeVarUint(to, this.#clock);
    encoding.writeVarString(to, JSON.stringify(state));
    return encoding.toUint8Array(to);
  }
}

/** Remembers when each of the others was last seen to show itself, as one client sees them. */
export class Watcher {
  readonly #shownAt: Float64Array;

  /** `people` show themselves, numbered from 0. */
  constructor(people: number) {
    this.#shownAt = new Float64Array(people);
  }

  /** Takes a frame in; what is not presence is passed. */
  see(chunk: Buffer, start: number, end: number): void {
    const note = (number: number, at: number): void => {
      if (number < this.#shownAt.length) this.#shownAt[number] = at;
    };
    readStamps(chunk, { start, end }, note, '^^');
  }

  /** Age of the oldest state seen of anybody, in milliseconds; who was never seen counts from 0. */
  oldest(now: number): number {
    return this.#shownAt.reduce((oldest, at) => Math.max(oldest, now - at), 0);
  }
}
