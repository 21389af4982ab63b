import {
  CLOSE_CODES,
  REFUSAL_REASONS,
  type CloseReason,
  type RefusalReason,
} from '@plenary/protocol';
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
  /** Bytes of all flushes, and presence frames made (each goes to everybody in its room). */
  flushBytes: number;
  presenceFrames: number;
  /** Times one of them was not sent to somebody because too much waited there. */
  presenceLeftOut: number;
  /** Updates that had to wait for something before them. */
  parked: number;
  /** Times the right to write lapsed in a room because the store confirmed nothing. */
  lapses: number;
  /** Edits refused, by reason. */
  readonly refused: Record<RefusalReason, number>;
  /** Sockets, and chapters of our own clients, that this side ended, by reason. */
  readonly ended: Record<CloseReason, number>;
}

/** Counts of nothing yet. */
export function zeroCounts(): RelayCounts {
  return {
    updates: 0,
    flushes: 0,
    rows: 0,
    failedCommits: 0,
    compactions: 0,
    slowReaders: 0,
    quarantines: 0,
    flushBytes: 0,
    presenceFrames: 0,
    presenceLeftOut: 0,
    parked: 0,
    lapses: 0,
    refused: zeroOf(REFUSAL_REASONS),
    ended: zeroOf(Object.keys(CLOSE_CODES) as CloseReason[]), // the table has no other keys
  };
}

function zeroOf<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>; // one for each key
}

/** One commit that stored something and was shown to everybody. */
export interface FlushFigures {
  /** Updates of clients in it. */
  readonly updates: number;
  readonly rows: number;
  /** Bytes of its frame. */
  readonly bytes: number;
  /** From when the oldest update came until all frames were handed to their sockets. */
  readonly lagMs: number;
}

/** Told what a histogram wants to know. Must return at once and never throw. */
export interface RelayMetrics {
  /** How long an append took, in milliseconds. */
  observeCommit(ms: number): void;
  observeFlush(flush: FlushFigures): void;
  /** How long it took to hear of rows that somebody else appended and to show them, in milliseconds. */
  observeCatchUp(ms: number): void;
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
