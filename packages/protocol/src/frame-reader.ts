import { createDecoder, readVarUint, readVarUint8Array, type Decoder } from 'lib0/decoding';

/** A frame that does not follow the specification: truncated, unknown, oversized or too long. */
export class MalformedFrameError extends Error {
  override readonly name = 'MalformedFrameError';
  readonly code = 'malformed_frame';
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the fields of one frame in order. Every method throws `MalformedFrameError` when the frame
 * does not hold what is asked for. Byte fields are views into the frame: copy what outlives it.
 */
export class FrameReader {
  readonly #decoder: Decoder;

  constructor(frame: Uint8Array, maxBytes: number) {
    if (frame.length > maxBytes) throw new MalformedFrameError('frame too large');
    this.#decoder = createDecoder(frame);
  }

  /** One byte. */
  byte(): number {
    const { arr, pos } = this.#decoder;
    const value = arr[pos];
    if (value === undefined) throw new MalformedFrameError('frame ends early');
    this.#decoder.pos = pos + 1;
    return value;
  }

  /** An unsigned integer of variable length, at most 2^53 - 1. */
  uint(): number {
    const value = this.#guarded(readVarUint);
    if (!Number.isSafeInteger(value)) throw new MalformedFrameError('number out of range');
    return value;
  }

  /** A byte string with its length in front. */
  bytes(): Uint8Array {
    return this.#guarded(readVarUint8Array);
  }

  /** A UTF-8 string of at most `maxBytes` bytes. */
  text(maxBytes: number): string {
    const bytes = this.bytes();
    if (bytes.length > maxBytes) throw new MalformedFrameError('text field too long');
    try {
      return strictUtf8.decode(bytes);
    } catch (cause) {
      throw new MalformedFrameError('text field is not UTF-8', { cause });
    }
  }

  /** One byte that is 0 or 1. */
  flag(): boolean {
    return this.oneOf([false, true]);
  }

  /** One byte that is the index of a value in `table`. */
  oneOf<T>(table: readonly T[]): T {
    const index = this.byte();
    if (index >= table.length) throw new MalformedFrameError(`unknown value ${index}`);
    return table[index] as T;
  }

  /** To be called last: nothing may follow the fields that were read. */
  end(): void {
    if (this.#decoder.pos !== this.#decoder.arr.length) {
      throw new MalformedFrameError('bytes after the end of the frame');
    }
  }

  #guarded<T>(read: (decoder: Decoder) => T): T {
    try {
      return read(this.#decoder);
    } catch (cause) {
      throw new MalformedFrameError('frame ends early', { cause });
    }
  }
}
