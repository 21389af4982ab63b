import type { KeptRecord, Outbox } from './outbox.ts';
import type { Advance, Clock, LocalCopy, LocalStore } from './types.ts';
import { mergeAll } from './yjs-bytes.ts';

/** What came from the server is written to the local copy in groups, this long after the first. */
export const WRITE_DELAY_MS = 250;

/**
 * Keeps the local copy of one chapter in step with its replica. All calls to the store go through
 * one queue, so whoever runs inside it knows which records are written.
 */
export class Keeper {
  readonly #chapterId: string;
  readonly #store: LocalStore;
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #onChange: () => void;
  #queue: Promise<void> = Promise.resolve();
  #keepQueued = false;
  #incoming: Advance[] = [];
  #acknowledged: number[] = [];
  #cancelTimer: (() => void) | null = null;
  /** History that edits are kept under. */
  generation = '';
  /** False since the store refused something; true again when it took the next thing. */
  healthy = true;

  constructor(options: {
    chapterId: string;
    store: LocalStore;
    clock: Clock;
    outbox: Outbox;
    onChange: () => void;
  }) {
    this.#chapterId = options.chapterId;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#outbox = options.outbox;
    this.#onChange = options.onChange;
  }

  /** Whether what the local copy takes survives closing the browser. */
  get durable(): boolean {
    return this.#store.durable;
  }

  /** Whether everything typed survives closing the browser. */
  get keptLocally(): boolean {
    return this.#store.durable && this.healthy && this.#outbox.allKept;
  }

  /** Writes what the outbox holds in memory only, as one record for all of it. */
  keep(): void {
    if (this.#keepQueued) return;
    this.#keepQueued = true;
    void this.exclusive(async () => {
      this.#keepQueued = false;
      await this.#writeUnkept();
    });
  }

  /** Something came from the server: written soon, together with what follows. */
  received(advance: Advance): void {
    this.#incoming.push(advance);
    this.#writeSoon();
  }

  /** The server has the edits in these records: they leave the unsent soon. */
  acknowledged(keys: readonly number[]): void {
    if (keys.length === 0) return;
    this.#acknowledged.push(...keys);
    this.#writeSoon();
  }

  /**
   * Runs a task when all earlier ones are done. A store that fails makes the keeper unhealthy and
   * the result `undefined`: the replica goes on in memory, and says so.
   */
  exclusive<T>(task: (store: LocalStore) => Promise<T>): Promise<T | undefined> {
    const result = this.#queue.then(async () => {
      try {
        return await task(this.#store);
      } catch {
        this.#setHealthy(false);
        return undefined;
      }
    });
    this.#queue = result.then(() => undefined);
    return result;
  }

  /** Inside `exclusive`: writes everything that waits. */
  async flushNow(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    await this.#writeUnkept();
    await this.#writeIncoming();
  }

  /** Inside `exclusive`: the copy with everything written to it. */
  async loadNow(): Promise<LocalCopy | null> {
    await this.flushNow();
    return this.#store.load(this.#chapterId);
  }

  /** Writes everything that waits and ends the timer. */
  async close(): Promise<void> {
    await this.exclusive(() => this.flushNow());
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  async #writeUnkept(): Promise<void> {
    if (this.#outbox.unkept().length === 0) return;
    // An edit may build on text that came just before it: in the copy the ground comes first.
    await this.#writeAdvances();
    const edits = this.#outbox.unkept();
    if (edits.length === 0) return;
    const record: KeptRecord = { key: null, unacknowledged: edits.length };
    for (const edit of edits) edit.record = record;
    try {
      record.key = await this.#store.addUnsent(this.#chapterId, {
        generation: this.generation,
        bytes: mergeAll(edits.map((edit) => edit.bytes)),
        changes: edits.reduce((sum, edit) => sum + edit.changes, 0),
      });
    } catch (error) {
      for (const edit of edits) if (edit.record === record) edit.record = null;
      this.#outbox.recheck();
      throw error;
    }
    this.#setHealthy(true);
    if (record.unacknowledged === 0) this.acknowledged([record.key]);
    this.#onChange();
  }

  async #writeIncoming(): Promise<void> {
    await this.#writeAdvances();
    const keys = this.#acknowledged;
    this.#acknowledged = [];
    if (keys.length > 0) await this.#store.acknowledge(this.#chapterId, keys);
  }

  async #writeAdvances(): Promise<void> {
    const advances = this.#incoming;
    this.#incoming = [];
    for (const advance of joinAdvances(advances)) {
      await this.#store.advance(this.#chapterId, advance);
    }
  }

  #writeSoon(): void {
    this.#cancelTimer ??= this.#clock.after(WRITE_DELAY_MS, () => {
      this.#cancelTimer = null;
      void this.exclusive(() => this.#writeIncoming());
    });
  }

  #setHealthy(healthy: boolean): void {
    if (this.healthy === healthy) return;
    this.healthy = healthy;
    this.#onChange();
  }
}

/** Joins advances that follow each other into one. */
function joinAdvances(advances: readonly Advance[]): Advance[] {
  const joined: Advance[] = [];
  let group: Advance[] = [];
  const closeGroup = () => {
    const [first] = group;
    if (first === undefined) return;
    const updates = group.flatMap(({ update }) => (update === null ? [] : [update]));
    joined.push({
      generation: first.generation,
      from: first.from,
      position: Math.max(...group.map(({ position }) => position)),
      update: updates.length === 0 ? null : mergeAll(updates),
    });
  };
  let reach = 0;
  for (const advance of advances) {
    const follows =
      group[0]?.generation === advance.generation &&
      group[0].from <= advance.from &&
      advance.from <= reach;
    if (!follows) {
      closeGroup();
      group = [];
      reach = 0;
    }
    group.push(advance);
    reach = Math.max(reach, advance.position);
  }
  closeGroup();
  return joined;
}
