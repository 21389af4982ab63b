import * as Y from 'yjs';
import { writeStamp } from './stamp.ts';

/** Somebody who types stamps at the end of their own text, one small insert at a time. */
export class Writer {
  readonly #doc = new Y.Doc();
  readonly #text = this.#doc.getText('body');
  readonly #number: number;
  readonly #padding: string;
  #update: Uint8Array | null = null;

  /** `number` goes into every stamp and must be below 10,000; `padding` characters follow each. */
  constructor(number: number, padding = 0) {
    this.#number = number;
    this.#padding = '.'.repeat(padding);
    this.#doc.on('update', (update: Uint8Array) => {
      this.#update = update;
    });
  }

  /** The next update, a valid one of this writer's own Yjs client, stamped with the time given. */
  type(at: number): Uint8Array {
    this.#text.insert(this.#text.length, writeStamp(this.#number, at) + this.#padding);
    return this.#update!;
  }
}
