import type { Relay, RelayStats } from '@plenary/relay';
import type { ReadSeries } from './series.ts';

type Row = readonly [
  name: string,
  type: ReadSeries['type'],
  help: string,
  read: (stats: RelayStats) => number,
];

/** What the numbers of `relay.stats()` are called. */
const ROWS: readonly Row[] = [
  ['sockets', 'gauge', 'Open collab sockets.', (s) => s.sockets],
  ['rooms', 'gauge', 'Chapters held in memory.', (s) => s.rooms],
  ['members', 'gauge', 'Clients in chapters.', (s) => s.members],
  ['held_bytes', 'gauge', 'Memory of all chapters.', (s) => s.heldBytes],
  ['memory_bytes', 'gauge', 'Memory all chapters may hold.', (s) => s.memoryBytes],
  [
    'parked_bytes',
    'gauge',
    'Updates that wait now for what is missing before them.',
    (s) => s.parkedBytes,
  ],
  [
    'parked_total',
    'counter',
    'Updates that had to wait for something before them.',
    (s) => s.parked,
  ],
  ['updates_total', 'counter', 'Updates received.', (s) => s.updates],
  ['commits_total', 'counter', 'Commits made.', (s) => s.flushes],
  ['rows_total', 'counter', 'Rows added to the log.', (s) => s.rows],
  [
    'failed_commits_total',
    'counter',
    'Commits that stored nothing, or of which it is not known.',
    (s) => s.failedCommits,
  ],
  ['compactions_total', 'counter', 'Merged states stored.', (s) => s.compactions],
  [
    'slow_readers_total',
    'counter',
    'Times a client was too slow and was caught up later.',
    (s) => s.slowReaders,
  ],
  ['quarantines_total', 'counter', 'Chapters put out of service.', (s) => s.quarantines],
  ['flush_bytes_total', 'counter', 'Bytes of all commits as sent.', (s) => s.flushBytes],
  ['presence_frames_total', 'counter', 'Presence frames made.', (s) => s.presenceFrames],
  [
    'presence_left_out_total',
    'counter',
    'Times a presence frame was not sent to somebody because too much waited there.',
    (s) => s.presenceLeftOut,
  ],
  ['lapses_total', 'counter', 'Times the right to write lapsed in a chapter.', (s) => s.lapses],
  [
    'lapsed_rooms',
    'gauge',
    'Chapters in which the right to write has lapsed.',
    (s) => s.lapsedRooms,
  ],
  [
    'log_lag_rows',
    'gauge',
    'Rows known to be in the log and not taken over yet.',
    (s) => s.logLagRows,
  ],
  ['waiting_to_join', 'gauge', 'Clients that wait to come into a chapter.', (s) => s.waitingToJoin],
];

/** The relay's series. All are of one moment: `stats()` walks the rooms, so it is asked once a scrape. */
export function relaySeries(relay: Relay): {
  readonly series: readonly ReadSeries[];
  /** Takes the numbers that the next scrape shows. */
  readonly look: () => void;
} {
  let stats = relay.stats();
  return {
    series: [
      ...ROWS.map(([name, type, help, read]) => ({
        name: `plenary_relay_${name}`,
        help,
        type,
        values: { read: () => read(stats) },
      })),
      {
        name: 'plenary_relay_refused_total',
        help: 'Edits refused.',
        type: 'counter',
        values: { label: 'reason', readEach: () => stats.refused },
      },
      {
        name: 'plenary_relay_ended_total',
        help: 'Sockets and chapters ended by the server.',
        type: 'counter',
        values: { label: 'reason', readEach: () => stats.ended },
      },
    ],
    look() {
      stats = relay.stats();
    },
  };
}
