import type { CloseReason } from '@plenary/protocol';
import type { RelayLimits } from './limits.ts';
import type { Authority, Bus, Clock, Logger, Merger, UpdateLog } from './ports.ts';
import type { Room } from './room.ts';

/** What the relay counts since it started. */
export interface RelayCounts {
  /** Updates that came in. */
  updates: number;
  /** Commits that stored something, and the rows they stored. */
  flushes: number;
  rows: number;
  /** Commits that stored nothing, or nobody knows what. */
  failedCommits: number;
  compactions: number;
  /** Times a reader was too slow and was caught up later. */
  slowReaders: number;
  /** Rooms put out of service. */
  quarantines: number;
}

/** Told what a histogram wants to know. */
export interface RelayMetrics {
  /** How long an append took, in milliseconds. */
  observeCommit(ms: number): void;
}

/** Everything a room works with. */
export interface RoomPorts {
  readonly log: UpdateLog;
  readonly authority: Authority;
  readonly bus?: Bus;
  readonly clock: Clock;
  readonly merger: Merger;
  readonly logger: Logger;
  readonly limits: RelayLimits;
  readonly metrics?: RelayMetrics;
  readonly counts: RelayCounts;
  /** Whether the log answered when it was asked last, whatever the chapter. */
  isLogAnswering(): boolean;
  /** The room has ended of its own accord or been closed. */
  onEnd(room: Room, reason: CloseReason): void;
}
