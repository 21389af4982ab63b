import type { RelayMetrics } from '@plenary/relay';
import { Histogram } from 'prom-client';

/** Upper bounds of times, in seconds: a fast disk to a store that is about to be given up. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];
const UPDATES = [1, 2, 5, 10, 25, 50, 100, 250, 1_000];
const ROWS = [1, 2, 5, 10, 25, 50, 100];
const BYTES = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 8_388_608];

/** What the relay measures of its commits. */
export interface RelayTimes extends RelayMetrics {
  /** The series, not registered yet. */
  readonly series: readonly Histogram[];
}

/** Makes the histograms of commits: observed once a commit, never once a frame. */
export function createRelayTimes(): RelayTimes {
  const make = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name: `plenary_relay_${name}`, help, buckets, registers: [] });
  const commit = make('commit_seconds', 'Time until an append is on the disk.', SECONDS);
  const lag = make(
    'lag_seconds',
    'Time from the oldest update of a commit coming in to its frame going out.',
    SECONDS,
  );
  const catchUp = make(
    'catch_up_seconds',
    'Time from hearing of rows of another node to showing them.',
    SECONDS,
  );
  const updates = make('flush_updates', 'Updates in one commit.', UPDATES);
  const rows = make('flush_rows', 'Rows in one commit.', ROWS);
  const bytes = make('flush_bytes', 'Bytes in one commit.', BYTES);
  return {
    series: [commit, lag, catchUp, updates, rows, bytes],
    observeCommit: (ms) => commit.observe(ms / 1_000),
    observeCatchUp: (ms) => catchUp.observe(ms / 1_000),
    observeFlush(flush) {
      lag.observe(flush.lagMs / 1_000);
      updates.observe(flush.updates);
      rows.observe(flush.rows);
      bytes.observe(flush.bytes);
    },
  };
}
