/**
 * Several byte strings in one buffer, to cross between threads by transfer: one allocation and one
 * entry in the transfer list, however many rows. Strings are often views of larger buffers, which
 * structured cloning would copy whole.
 */
export interface PackedBytes {
  readonly buffer: ArrayBuffer;
  /** Where each string ends; it begins where the one before it ended. */
  readonly ends: readonly number[];
}

/** Copies the strings into one new buffer, which the caller may transfer. */
export function packBytes(strings: readonly Uint8Array[]): PackedBytes {
  const total = strings.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  const packed = new Uint8Array(total);
  const ends: number[] = [];
  let end = 0;
  for (const bytes of strings) {
    packed.set(bytes, end);
    end += bytes.byteLength;
    ends.push(end);
  }
  return { buffer: packed.buffer, ends };
}

/** The strings as views of the packed buffer, in the order they were packed. */
export function unpackBytes({ buffer, ends }: PackedBytes): Uint8Array[] {
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0;
    return new Uint8Array(buffer, start, end - start);
  });
}
