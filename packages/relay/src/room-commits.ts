import { composeRows, type QueuedEdit } from './edit.ts';
import type { LogRow, NewRow } from './ports.ts';
import type { RoomCore } from './room-core.ts';
import { encodeRoomNews } from './room-news.ts';

/**
 * Members for which the flush window grows by a millisecond, and the longest it gets. A write to a
 * socket costs some 7 µs of kernel time, so that sending takes about a third of a core however
 * many there are; the commit and the flush itself come on top of the window (bench shapes a to c).
 */
const MEMBERS_PER_FLUSH_MS = 50;
const LONGEST_FLUSH_MS = 40;

/** How a room puts what was accepted into the log, and then shows it to everybody (R1, R3). */
export class RoomCommits {
  readonly #core: RoomCore;
  readonly #takeOver: (rows: readonly LogRow[]) => Promise<void>;
  #fullPauseMs: number;
  #lastFlushAt = 0;

  /** `takeOver` takes rows that came first. */
  constructor(core: RoomCore, takeOver: (rows: readonly LogRow[]) => Promise<void>) {
    this.#core = core;
    this.#takeOver = takeOver;
    this.#fullPauseMs = core.ports.limits.retryMs;
  }

  /** Waits for the flush window and appends everything that is queued then. */
  async flush(): Promise<void> {
    const { state, rights, intake, chapterId, generation, ports } = this.#core;
    await this.#flushWindow();
    if (state.isOver || state.needsReload || !rights.areKnown) return;
    const { counts, log, metrics, clock, logger } = ports;
    const batch = intake.startCommit();
    const rows = await composeRows(batch, (updates) => state.text.merge(updates));
    if (rows.length === 0) {
      intake.finishCommit();
      return;
    }
    const startedAt = clock.now();
    const result = await log
      .append(chapterId, { generation, expectedHead: state.head, rows })
      .catch((error: unknown) => ({ type: 'unknown', error }) as const);
    if (state.isOver) return;
    switch (result.type) {
      case 'committed':
        metrics?.observeCommit(clock.now() - startedAt);
        state.confirmed(startedAt);
        await this.#committed(rows, {
          head: result.head,
          updates: batch.length,
          oldestAt: oldestOf(batch),
        });
        return;
      case 'behind':
        await this.#takeOver(result.rows);
        if (!state.needsReload) state.confirmed(startedAt);
        return;
      case 'gone':
        state.needsReload = true;
        return;
      case 'full':
        this.#refuseFull(result.cause);
        return;
      case 'unknown':
        counts.failedCommits += 1;
        logger.error(
          { err: result.error, chapterId },
          'an append failed; reading the chapter again',
        );
        state.needsReload = true;
        return;
    }
  }

  /** Under load, waits so that more edits share the commit and the frame (R3). */
  async #flushWindow(): Promise<void> {
    const { audience, ports, timers } = this.#core;
    const { clock, limits } = ports;
    const forMembers = Math.min(LONGEST_FLUSH_MS, audience.members.size / MEMBERS_PER_FLUSH_MS);
    const due = this.#lastFlushAt + Math.max(limits.flushMs, forMembers);
    const pause = due - clock.now();
    if (pause > 0) await timers.pause(pause);
    this.#lastFlushAt = clock.now();
  }

  async #committed(
    rows: readonly NewRow[],
    flush: { head: number; updates: number; oldestAt: number },
  ): Promise<void> {
    const { state, intake, audience, upkeep, ports, chapterId } = this.#core;
    const { head, updates, oldestAt } = flush;
    if (head !== state.head + rows.length) {
      throw new Error(`committed up to ${head}, expected ${state.head + rows.length}`);
    }
    const { counts, bus, limits, metrics, clock } = ports;
    const bytes = await state.text.merge(rows.map((row) => row.bytes));
    const from = state.head;
    for (const row of rows) {
      state.head += 1;
      state.text.push(state.head, row.bytes);
    }
    state.advanced();
    this.#fullPauseMs = limits.retryMs;
    audience.tellText(from, bytes);
    intake.finishCommit();
    counts.flushes += 1;
    counts.rows += rows.length;
    counts.flushBytes += bytes.byteLength;
    metrics?.observeFlush({
      updates,
      rows: rows.length,
      bytes: bytes.byteLength,
      lagMs: clock.now() - oldestAt,
    });
    bus?.publish(chapterId, encodeRoomNews({ type: 'head', node: bus.node, head: state.head }));
    upkeep.compactIfDue();
  }

  /** The store takes nothing: says so, refuses what waits, and tries again after a while. */
  #refuseFull(cause: unknown): void {
    const { rights, audience, intake, ports, chapterId } = this.#core;
    const { logger, counts, limits } = ports;
    counts.failedCommits += 1;
    logger.error({ err: cause, chapterId }, 'the store cannot take more');
    rights.suspendWriting(audience.members, this.#fullPauseMs);
    intake.refuseUncommitted('storage-full');
    this.#fullPauseMs = Math.min(limits.retryMaxMs, this.#fullPauseMs * 2);
  }
}

/** When the oldest edit of a batch came; a batch has at least one. */
function oldestOf(batch: readonly QueuedEdit[]): number {
  let oldest = Infinity;
  for (const { edit } of batch) oldest = Math.min(oldest, edit.receivedAt);
  return oldest;
}
