/** Half-open clock ranges of one Yjs client, flat: from, to, from, to, … ascending, disjoint. */
type Ranges = number[];

/**
 * A set of Yjs ids, kept as sorted clock ranges per client. It is what a room knows of deletions:
 * a few bytes a range, where a Yjs document would hold every struct.
 */
export class IdRanges {
  readonly #clients = new Map<number, Ranges>();
  #count = 0;

  /** How many ranges there are; the measure of this set's memory. */
  get rangeCount(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Adds the clocks `from` (included) to `to` (excluded); an empty range adds nothing. */
  add(client: number, from: number, to: number): void {
    if (to <= from) return;
    const ranges = this.#clients.get(client);
    if (ranges === undefined) {
      this.#clients.set(client, [from, to]);
      this.#count += 1;
      return;
    }
    // First range that ends at or after `from`, and first that begins after `to`.
    const first = lowerBound(ranges, 1, from);
    let last = first;
    while (last < ranges.length && ranges[last]! <= to) last += 2;
    if (first === last) {
      ranges.splice(first, 0, from, to);
    } else {
      const start = Math.min(from, ranges[first]!);
      const end = Math.max(to, ranges[last - 1]!);
      ranges.splice(first, last - first, start, end);
    }
    this.#count += 1 - (last - first) / 2;
  }

  /** Adds everything of `other`. */
  addAll(other: IdRanges): void {
    other.forEach((client, from, to) => {
      this.add(client, from, to);
    });
  }

  /** What of the given range is not in this set, as a flat list of ranges; empty when all is. */
  missingFrom(client: number, from: number, to: number): readonly number[] {
    const ranges = this.#clients.get(client);
    if (ranges === undefined) return from < to ? [from, to] : [];
    const missing: number[] = [];
    let cursor = from;
    for (let i = lowerBound(ranges, 1, from + 1); i < ranges.length && cursor < to; i += 2) {
      const start = ranges[i]!;
      if (start > cursor) missing.push(cursor, Math.min(start, to));
      cursor = Math.max(cursor, ranges[i + 1]!);
    }
    if (cursor < to) missing.push(cursor, to);
    return missing;
  }

  /** What is in this set and in none of `others`. */
  without(...others: readonly IdRanges[]): IdRanges {
    const result = new IdRanges();
    this.forEach((client, from, to) => {
      let left: readonly number[] = [from, to];
      for (const other of others) {
        const next: number[] = [];
        for (let i = 0; i < left.length; i += 2) {
          next.push(...other.missingFrom(client, left[i]!, left[i + 1]!));
        }
        left = next;
      }
      for (let i = 0; i < left.length; i += 2) result.add(client, left[i]!, left[i + 1]!);
    });
    return result;
  }

  /** Whether every clock of the range is in this set. */
  covers(client: number, from: number, to: number): boolean {
    return this.missingFrom(client, from, to).length === 0;
  }

  /** Calls back for each range: client, first clock, clock after the last. */
  forEach(callback: (client: number, from: number, to: number) => void): void {
    for (const [client, ranges] of this.#clients) {
      for (let i = 0; i < ranges.length; i += 2) callback(client, ranges[i]!, ranges[i + 1]!);
    }
  }

  /** Ranges by client, clients descending as Yjs writes them. */
  byClient(): readonly (readonly [client: number, ranges: readonly number[]])[] {
    return [...this.#clients].sort((a, b) => b[0] - a[0]);
  }
}

/** Smallest even index whose value at `index + offset` is at least `value`. */
function lowerBound(ranges: Ranges, offset: number, value: number): number {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle * 2 + offset]! < value) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}
