import { IdRanges } from './id-ranges.ts';
import { encodeDeletions, type StateVector } from './yjs-bytes.ts';

/** What one accepted update adds to a room. */
export interface Addition {
  /** Per Yjs client with new structs: the clock after the last of them. */
  readonly clocks: StateVector;
  readonly deletions: IdRanges;
  /** Yjs clients seen for the first time; they belong to `personId` from now on (R7). */
  readonly newClients: readonly number[];
  readonly personId: string;
}

/** One stage's share of what a room holds. */
class Layer {
  readonly clocks = new Map<number, number>();
  readonly deleted = new IdRanges();
  readonly owners = new Map<number, string>();

  add(addition: Addition): void {
    for (const [client, clock] of addition.clocks) this.clocks.set(client, clock);
    this.deleted.addAll(addition.deletions);
    for (const client of addition.newClients) {
      if (!this.owners.has(client)) this.owners.set(client, addition.personId);
    }
  }

  addLayer(other: Layer): void {
    for (const [client, clock] of other.clocks) this.clocks.set(client, clock);
    this.deleted.addAll(other.deleted);
    for (const [client, owner] of other.owners) {
      if (!this.owners.has(client)) this.owners.set(client, owner);
    }
  }
}

/**
 * What a room holds, in three stages: committed, in the commit under way, and queued for the next.
 * New updates are judged against all three; only what is committed may be told to anybody (R1), and
 * a failed commit is undone by dropping the later stages.
 */
export class Holdings {
  readonly #committed = new Layer();
  #inFlight = new Layer();
  #queued = new Layer();
  #encodedDeletions: Uint8Array | null = null;

  /** What is on disk. */
  get committedVector(): StateVector {
    return this.#committed.clocks;
  }

  /** Deletions on disk, and those known to follow from what is on disk. */
  get committedDeletions(): IdRanges {
    return this.#committed.deleted;
  }

  /** All of `committedDeletions` as a Yjs update; made once until they change. It is shared. */
  get encodedDeletions(): Uint8Array {
    return (this.#encodedDeletions ??= encodeDeletions(this.#committed.deleted));
  }

  /** Next clock of a Yjs client, over all stages. */
  clockOf(client: number): number {
    return (
      this.#queued.clocks.get(client) ??
      this.#inFlight.clocks.get(client) ??
      this.#committed.clocks.get(client) ??
      0
    );
  }

  /** Whether a held id is waiting in the queue, so that a row before it may not depend on it. */
  isQueued(client: number, clock: number): boolean {
    if (!this.#queued.clocks.has(client)) return false;
    const before = this.#inFlight.clocks.get(client) ?? this.#committed.clocks.get(client) ?? 0;
    return clock >= before;
  }

  /** Person a Yjs client id belongs to; undefined when it was never seen. */
  ownerOf(client: number): string | undefined {
    return (
      this.#committed.owners.get(client) ??
      this.#inFlight.owners.get(client) ??
      this.#queued.owners.get(client)
    );
  }

  /** Those of the given deletions that no stage holds. */
  newDeletions(deletions: IdRanges): IdRanges {
    if (deletions.isEmpty) return deletions;
    return deletions.without(this.#committed.deleted, this.#inFlight.deleted, this.#queued.deleted);
  }

  /** Adds to the queue. */
  queue(addition: Addition): void {
    this.#queued.add(addition);
  }

  /** Adds what is on disk already: a row from elsewhere, the stored state. */
  addCommitted(addition: Addition): void {
    this.#encodedDeletions = null;
    this.#committed.add(addition);
  }

  /** Adds an owner known to the log. */
  addOwner(client: number, personId: string): void {
    this.#committed.owners.set(client, personId);
  }

  /** Adds deletions that follow from what is committed. */
  addImpliedDeletions(deletions: IdRanges): void {
    this.#encodedDeletions = null;
    this.#committed.deleted.addAll(deletions);
  }

  /** The queue becomes the commit under way; there must be none. */
  startCommit(): void {
    this.#inFlight = this.#queued;
    this.#queued = new Layer();
  }

  /** The commit under way is on disk. */
  finishCommit(): void {
    if (!this.#inFlight.deleted.isEmpty) this.#encodedDeletions = null;
    this.#committed.addLayer(this.#inFlight);
    this.#inFlight = new Layer();
  }

  /** Forgets everything that is not committed. */
  dropUncommitted(): void {
    this.#inFlight = new Layer();
    this.#queued = new Layer();
  }

  /** Forgets what is queued and not in the commit under way. */
  dropQueued(): void {
    this.#queued = new Layer();
  }

  /** Estimate of the memory this takes, in bytes. */
  get estimatedBytes(): number {
    const { clocks, deleted, owners } = this.#committed;
    const encoded = this.#encodedDeletions?.byteLength ?? 0;
    return clocks.size * 32 + deleted.rangeCount * 16 + owners.size * 64 + encoded;
  }
}
