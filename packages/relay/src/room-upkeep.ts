import type { Holdings } from './holdings.ts';
import { readUpdate } from './read-update.ts';
import type { RoomPorts } from './room-ports.ts';
import type { RoomState } from './room-state.ts';
import type { RoomText } from './room-text.ts';

/** What upkeep needs of its room. */
export interface UpkeepHost {
  readonly chapterId: string;
  readonly generation: string;
  readonly state: RoomState;
  holdings(): Holdings;
}

/**
 * Heavy work on a room's committed text, done beside everything else: learning which deletions
 * follow from it, and merging a long tail into the stored state.
 */
export class RoomUpkeep {
  readonly #host: UpkeepHost;
  readonly #ports: RoomPorts;
  /** Position up to which implied deletions are known. */
  impliedPosition = -1;
  #learning: Promise<void> | null = null;
  #isCompacting = false;

  constructor(host: UpkeepHost, ports: RoomPorts) {
    this.#host = host;
    this.#ports = ports;
  }

  /** Learns what is deleted by implication up to a position; concurrent askers share one run. */
  async learnImplied(position: number): Promise<void> {
    while (this.impliedPosition < position && !this.#host.state.isOver) {
      this.#learning ??= this.#computeImplied().finally(() => {
        this.#learning = null;
      });
      await this.#learning;
    }
  }

  /** Compacts when the tail has grown enough and no compaction is under way. */
  compactIfDue(): void {
    const { limits, logger } = this.#ports;
    const text = this.#host.state.text;
    const isLong = text.tailRows > limits.compactRows;
    const isLarge = text.tailBytes > Math.max(limits.compactBytes, text.state.byteLength / 2);
    if (this.#isCompacting || !(isLong || isLarge)) return;
    this.#isCompacting = true;
    const { chapterId } = this.#host;
    this.#compact(text)
      .catch((error: unknown) => {
        logger.warn({ err: error, chapterId }, 'compaction failed; it is tried again later');
      })
      .finally(() => {
        this.#isCompacting = false;
      });
  }

  async #computeImplied(): Promise<void> {
    const head = this.#host.state.head;
    const text = this.#host.state.text;
    const { merger, logger } = this.#ports;
    try {
      // The tail first: rows may move into the state meanwhile, never back.
      const tail = await text.mergedTail();
      const update = await merger.impliedDeletions(await text.merge([text.state, tail]));
      if (text !== this.#host.state.text) return;
      this.#host.holdings().addImpliedDeletions(readUpdate(update).deletions);
    } catch (error) {
      // What a client repeats is then stored once under its name; nothing is lost by that.
      const { chapterId } = this.#host;
      logger.error({ err: error, chapterId }, 'implied deletions stay unknown');
    }
    this.impliedPosition = Math.max(this.impliedPosition, head);
  }

  async #compact(text: RoomText): Promise<void> {
    const { chapterId, generation } = this.#host;
    const position = this.#host.state.head;
    const vector = new Map(this.#host.holdings().committedVector);
    const tail = await text.mergedTail();
    const state = await this.#ports.merger.compact([text.state, tail]);
    await this.#ports.log.compact(chapterId, { generation, position, state });
    if (text !== this.#host.state.text || this.#host.state.isOver) return;
    text.compact(position, state);
    this.#host.state.stateVector = vector;
    this.#ports.counts.compactions += 1;
  }
}
