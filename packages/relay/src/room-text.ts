import { diff, mergeUpdates } from './heavy-work.ts';
import type { LogRow, Merger } from './ports.ts';
import { SharedFrame, type StateMessage, type UpdatesMessage } from './shared-frame.ts';
import { EMPTY_UPDATE } from './yjs-bytes.ts';

/** One row's bytes in memory. */
interface TailEntry {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The first `count` rows of the tail, up to `position`, as one update. */
interface Merged {
  readonly count: number;
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Differences kept for stock clients: those that were cut off together share one vector or two. */
const MAX_DIFFERENCES = 4;

/**
 * A room's committed text as bytes: the stored state, the rows after it, and the frames that bring
 * both to whoever joins. The frames are made when first asked for and serve everybody (R4).
 */
export class RoomText {
  readonly #room: number;
  readonly #merger: Merger;
  readonly #heavyBytes: number;
  #stateFrame: SharedFrame<StateMessage>;
  #tail: TailEntry[] = [];
  #tailBytes = 0;
  /** The tail up to some entry, merged: the next one who joins adds only what came since. */
  #merged: Merged | null = null;
  #merging: { readonly position: number; readonly result: Promise<Merged> } | null = null;
  #tailFrame: SharedFrame<UpdatesMessage> | null = null;
  /** What the stored state has beyond a vector, by the vector's bytes; the oldest one first. */
  readonly #differences = new Map<
    string,
    { readonly result: Promise<Uint8Array>; bytes: number }
  >();

  constructor(
    room: number,
    state: { readonly position: number; readonly bytes: Uint8Array | null },
    work: { readonly merger: Merger; readonly heavyBytes: number },
  ) {
    this.#room = room;
    this.#merger = work.merger;
    this.#heavyBytes = work.heavyBytes;
    this.#stateFrame = this.#frameOf(state.position, state.bytes ?? EMPTY_UPDATE);
  }

  /** Position up to which `state` goes. */
  get statePosition(): number {
    return this.#stateFrame.message.position;
  }

  get state(): Uint8Array {
    return this.#stateFrame.message.bytes;
  }

  get stateFrame(): SharedFrame<StateMessage> {
    return this.#stateFrame;
  }

  get hasState(): boolean {
    return this.state.byteLength > EMPTY_UPDATE.byteLength;
  }

  get tailRows(): number {
    return this.#tail.length;
  }

  get tailBytes(): number {
    return this.#tailBytes;
  }

  /** Memory this takes, frames included. */
  get heldBytes(): number {
    const merged = this.#merged?.bytes.byteLength ?? 0;
    const frames = this.#stateFrame.heldBytes + (this.#tailFrame?.heldBytes ?? 0);
    let differences = 0;
    for (const { bytes } of this.#differences.values()) differences += bytes;
    return this.state.byteLength + this.#tailBytes + merged + frames + differences;
  }

  /** Adds a committed row. */
  push(position: number, bytes: Uint8Array): void {
    this.#tail.push({ position, bytes });
    this.#tailBytes += bytes.byteLength;
    this.#tailFrame = null;
  }

  /** Updates of the tail after a position, oldest first. */
  after(position: number): readonly Uint8Array[] {
    let first = this.#tail.length;
    while (first > 0 && this.#tail[first - 1]!.position > position) first -= 1;
    return this.#tail.slice(first).map((entry) => entry.bytes);
  }

  /** The head moved without a text: a change of rights. */
  noteHead(): void {
    this.#tailFrame = null;
  }

  /** The whole tail as one update; the empty update when there is none. */
  async mergedTail(): Promise<Uint8Array> {
    const merged = await this.#mergeTail();
    return merged?.bytes ?? EMPTY_UPDATE;
  }

  /**
   * The frame that brings the state up to the head, or, when rows came while it was merged, up to
   * the row before them; null when there is no tail.
   */
  async tailFrame(head: () => number): Promise<SharedFrame<UpdatesMessage> | null> {
    if (this.#tailFrame !== null) return this.#tailFrame;
    const from = this.statePosition;
    const merged = await this.#mergeTail();
    if (merged === null) return null;
    const isWhole = this.#merged === merged && merged.count === this.#tail.length;
    const position = isWhole ? head() : merged.position;
    // Somebody who asked at the same time may have made it.
    if (isWhole && this.#tailFrame !== null) return this.#tailFrame;
    const { bytes } = merged;
    const frame = new SharedFrame({ type: 'updates', room: this.#room, from, position, bytes });
    if (isWhole) this.#tailFrame = frame;
    return frame;
  }

  /** Adds to what is merged what came since; null when there is no tail. Askers share one run. */
  #mergeTail(): Promise<Merged | null> {
    const last = this.#tail.at(-1);
    if (last === undefined) return Promise.resolve(null);
    if (this.#merged?.position === last.position) return Promise.resolve(this.#merged);
    if (this.#merging?.position !== last.position) {
      this.#merging = { position: last.position, result: this.#mergeUpTo(last) };
    }
    return this.#merging.result;
  }

  async #mergeUpTo(last: TailEntry): Promise<Merged> {
    const before = this.#merged;
    const count = this.#tail.length;
    const { position } = last;
    const fresh = this.#tail.slice(before?.count ?? 0, count).map((entry) => entry.bytes);
    try {
      const bytes = await this.merge(before === null ? fresh : [before.bytes, ...fresh]);
      const merged = { count, position, bytes };
      // A compaction may have cut the tail meanwhile; then the count says nothing any more.
      if (this.#merged === before && this.#tail[count - 1] === last) this.#merged = merged;
      return merged;
    } finally {
      if (this.#merging?.position === position) this.#merging = null;
    }
  }

  /**
   * What the stored state has beyond an encoded state vector. Of a large state it is worked out on
   * another thread, once for all who ask with the same vector: after a restart many do.
   */
  stateSince(vector: Uint8Array): Promise<Uint8Array> {
    if (this.state.byteLength <= this.#heavyBytes) {
      return Promise.resolve(diff(this.state, vector));
    }
    const key = vector.join();
    let difference = this.#differences.get(key);
    if (difference === undefined) {
      const made = { result: this.#merger.diff(this.state, vector), bytes: 0 };
      made.result.then(
        ({ byteLength }) => {
          made.bytes = byteLength;
        },
        () => this.#differences.delete(key),
      );
      this.#differences.set(key, made);
      difference = made;
    }
    const [oldest] = this.#differences.keys();
    if (this.#differences.size > MAX_DIFFERENCES) this.#differences.delete(oldest!);
    return difference.result;
  }

  /** Merges, on another thread when it is much. */
  async merge(updates: readonly Uint8Array[]): Promise<Uint8Array> {
    const size = updates.reduce((sum, bytes) => sum + bytes.byteLength, 0);
    if (updates.length > 1 && size > this.#heavyBytes) return this.#merger.merge(updates);
    return mergeUpdates(updates);
  }

  /** Lets go of everything that can be made again. */
  shed(): void {
    this.#differences.clear();
    this.#stateFrame = this.#frameOf(this.statePosition, this.state);
    this.#merged = null;
    this.#tailFrame = null;
  }

  /** Takes over a merged state; the rows it covers leave the tail. */
  compact(position: number, state: Uint8Array): void {
    this.#differences.clear();
    this.#stateFrame = this.#frameOf(position, state);
    this.#tail = this.#tail.filter((entry) => entry.position > position);
    this.#tailBytes = this.#tail.reduce((sum, entry) => sum + entry.bytes.byteLength, 0);
    this.#merged = null;
    this.#merging = null;
    this.#tailFrame = null;
  }

  #frameOf(position: number, bytes: Uint8Array): SharedFrame<StateMessage> {
    return new SharedFrame({ type: 'state', room: this.#room, position, bytes });
  }
}

/** Size of the update rows among `rows`. */
export function bytesOfRows(rows: readonly LogRow[]): number {
  return rows.reduce((sum, row) => sum + (row.kind === 'update' ? row.bytes.byteLength : 0), 0);
}
