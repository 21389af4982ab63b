import { additionOf, loadRoom, readRow, type LoadedRoom, type RowContent } from './load-room.ts';
import type { LogRow } from './ports.ts';
import type { RoomCore } from './room-core.ts';

/** How a room takes over what somebody else appended, row by row or by reading all of it again. */
export class RoomReading {
  readonly #core: RoomCore;
  /** Who waits for the log to be read. */
  #readers: (() => void)[] = [];
  /** Since when the chapter cannot be read though the store answers, by the clock. */
  #failingSince: number | null = null;
  #endPause: (() => void) | null = null;

  constructor(core: RoomCore) {
    this.#core = core;
  }

  /** Resolves when the log was read next, or the room is over. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#core.state.isOver) {
        resolve();
        return;
      }
      this.#readers.push(resolve);
      this.#core.state.mustRead = true;
    });
  }

  /** Nobody waits any longer. */
  tellAll(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const resolve of readers) resolve();
  }

  /** Ends the pause after a failed attempt: the store answers again. */
  tryAgain(): void {
    this.#endPause?.();
  }

  /** Reads the rows after the head. */
  async readNews(): Promise<void> {
    const { state, ports, chapterId, rights } = this.#core;
    const { log, limits, logger, clock } = ports;
    const askedAt = clock.now();
    const readers = this.#readers;
    const { knownHead } = state;
    this.#readers = [];
    state.mustRead = false;
    let rows: readonly LogRow[];
    try {
      rows = await log.readAfter(chapterId, state.head, limits.readRows);
    } catch (error) {
      logger.warn({ err: error, chapterId }, 'the log could not be read');
      state.needsReload = true;
      this.#readers.push(...readers);
      return;
    }
    if (rows.length > 0) await this.take(rows);
    if (state.needsReload || rows.length === limits.readRows) {
      state.mustRead = true;
      this.#readers.push(...readers);
      return;
    }
    state.confirmed(askedAt);
    rights.confirm();
    // News that came meanwhile are looked after in the next round.
    if (state.knownHead === knownHead) state.knownHead = state.head;
    for (const resolve of readers) resolve();
  }

  /** Takes over rows that somebody else appended, in order from the head. */
  async take(rows: readonly LogRow[]): Promise<void> {
    const { state, intake, audience, rights, upkeep, ports } = this.#core;
    const from = state.head;
    const fresh = rows.filter((row) => row.position > from);
    const isWhole = fresh.every((row, i) => row.position === from + 1 + i);
    if (!isWhole || fresh.length === 0) {
      state.needsReload = true;
      return;
    }
    const updates = fresh.flatMap((row) => (row.kind === 'update' ? [row.bytes] : []));
    const bytes = await state.text.merge(updates);
    const contents = new Map<LogRow, RowContent>();
    for (const row of fresh) {
      if (row.kind === 'update') contents.set(row, await readRow(row, ports));
    }
    const { holdings } = intake;
    for (const row of fresh) {
      state.head = row.position;
      if (row.kind === 'update') {
        holdings.addCommitted(additionOf(row, contents.get(row)!, holdings));
        state.text.push(row.position, row.bytes);
      } else {
        rights.changed();
        state.text.noteHead();
      }
    }
    state.advanced();
    audience.tellText(from, bytes);
    this.#observe();
    // By rights that are not known nothing is judged: that follows once they are.
    if (rights.areKnown) intake.reconsider();
    upkeep.compactIfDue();
  }

  #observe(): void {
    const { state, ports } = this.#core;
    if (state.behindSince === null || state.isBehind) return;
    ports.metrics?.observeCatchUp(ports.clock.now() - state.behindSince);
    state.behindSince = null;
  }

  /** Reads the chapter again, when it is not known what the log holds. */
  async reload(): Promise<void> {
    const { state, ports, chapterId, number, generation, audience, rights } = this.#core;
    const { logger, clock } = ports;
    const askedAt = clock.now();
    let loaded: LoadedRoom | null;
    try {
      loaded = await loadRoom({ id: chapterId, room: number }, ports);
    } catch (error) {
      this.#failed(error);
      logger.warn({ err: error, chapterId }, 'a chapter could not be read again');
      await this.#pause();
      return;
    }
    if (state.isOver) return;
    this.#failingSince = null;
    if (loaded === null) {
      this.#core.close('unknownChapter');
      return;
    }
    if (loaded.generation !== generation || loaded.head < state.head) {
      audience.tellStale(loaded.generation);
      this.#core.close('stale');
      return;
    }
    this.#adopt(loaded);
    state.confirmed(askedAt);
    rights.confirm();
  }

  /** Throws the error when it has been this chapter's fault for too long. */
  #failed(error: unknown): void {
    const { ports } = this.#core;
    const { clock, limits } = ports;
    if (!ports.isLogAnswering()) {
      this.#failingSince = null;
      return;
    }
    this.#failingSince ??= clock.now();
    if (clock.now() - this.#failingSince >= limits.reloadMs) throw error;
  }

  /** For a while, or until the store answers somebody. */
  async #pause(): Promise<void> {
    const { timers, ports } = this.#core;
    await new Promise<void>((resolve) => {
      this.#endPause = resolve;
      timers.later(ports.limits.retryMs, resolve);
    });
    this.#endPause = null;
  }

  #adopt(loaded: LoadedRoom): void {
    const { state, intake, upkeep, rights, audience } = this.#core;
    state.adopt(loaded);
    intake.holdings = loaded.holdings;
    upkeep.impliedPosition = -1;
    this.tellAll();
    // Rights may have changed among the rows that were not seen one by one.
    rights.changed();
    audience.bringAllUp();
  }
}
