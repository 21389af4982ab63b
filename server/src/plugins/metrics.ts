import type { Relay, RelayStats } from '@plenary/relay';
import fastifyPlugin from 'fastify-plugin';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { RedisLink } from '../adapters/redis/redis-link.ts';
import type { Services } from '../services.ts';

/** What the numbers of `relay.stats()` are called; `counter` for those that only grow. */
const RELAY_SERIES: readonly {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly read: (stats: RelayStats) => number;
}[] = [
  { name: 'sockets', help: 'Open collab sockets.', type: 'gauge', read: (s) => s.sockets },
  { name: 'rooms', help: 'Chapters held in memory.', type: 'gauge', read: (s) => s.rooms },
  { name: 'members', help: 'Clients in chapters.', type: 'gauge', read: (s) => s.members },
  { name: 'held_bytes', help: 'Memory of all chapters.', type: 'gauge', read: (s) => s.heldBytes },
  {
    name: 'parked_bytes',
    help: 'Updates that wait for what is missing before them.',
    type: 'gauge',
    read: (s) => s.parkedBytes,
  },
  { name: 'updates_total', help: 'Updates received.', type: 'counter', read: (s) => s.updates },
  { name: 'commits_total', help: 'Commits made.', type: 'counter', read: (s) => s.flushes },
  { name: 'rows_total', help: 'Rows added to the log.', type: 'counter', read: (s) => s.rows },
  {
    name: 'failed_commits_total',
    help: 'Commits that stored nothing, or of which it is not known.',
    type: 'counter',
    read: (s) => s.failedCommits,
  },
  {
    name: 'compactions_total',
    help: 'Merged states stored.',
    type: 'counter',
    read: (s) => s.compactions,
  },
  {
    name: 'slow_readers_total',
    help: 'Times a client was too slow and was caught up later.',
    type: 'counter',
    read: (s) => s.slowReaders,
  },
  {
    name: 'quarantines_total',
    help: 'Chapters put out of service.',
    type: 'counter',
    read: (s) => s.quarantines,
  },
  {
    name: 'flush_bytes_total',
    help: 'Bytes of all commits as sent.',
    type: 'counter',
    read: (s) => s.flushBytes,
  },
  {
    name: 'presence_frames_total',
    help: 'Presence frames made.',
    type: 'counter',
    read: (s) => s.presenceFrames,
  },
  {
    name: 'lapses_total',
    help: 'Times the right to write lapsed in a chapter.',
    type: 'counter',
    read: (s) => s.lapses,
  },
  {
    name: 'lapsed_rooms',
    help: 'Chapters in which the right to write has lapsed.',
    type: 'gauge',
    read: (s) => s.lapsedRooms,
  },
  {
    name: 'log_lag_rows',
    help: 'Rows known to be in the log and not taken over yet.',
    type: 'gauge',
    read: (s) => s.logLagRows,
  },
  {
    name: 'waiting_to_join',
    help: 'Clients that wait to come into a chapter.',
    type: 'gauge',
    read: (s) => s.waitingToJoin,
  },
];

/** Counts by reason: the label says which. */
const RELAY_REASONS: readonly {
  readonly name: string;
  readonly help: string;
  readonly read: (stats: RelayStats) => Readonly<Record<string, number>>;
}[] = [
  { name: 'refused_total', help: 'Edits refused.', read: (s) => s.refused },
  { name: 'ended_total', help: 'Sockets and chapters ended by the server.', read: (s) => s.ended },
];

/** `GET /metrics`: numbers for Prometheus, in its text format; no names, no titles, no text. */
export const metrics = fastifyPlugin(
  async (
    app,
    { services }: { readonly services: Pick<Services, 'relay' | 'histograms' | 'link'> },
  ) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    for (const histogram of services.histograms) registry.registerMetric(histogram);
    addRelaySeries(registry, services.relay);
    if (services.link !== null) addLinkSeries(registry, services.link);
    const options = {
      logLevel: 'warn',
      schema: { hide: true },
      config: { access: 'public' },
    } as const;
    app.get('/metrics', options, async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()),
    );
    app.addHook('onClose', async () => registry.clear());
  },
  { name: 'metrics' },
);

/** How the link to the other nodes is. */
function addLinkSeries(registry: Registry, link: RedisLink): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  };
  gauge('plenary_redis_up', 'Whether Redis is connected and answers.', () => (link.isUp ? 1 : 0));
  gauge(
    'plenary_redis_silent_seconds',
    'Time since Redis last answered.',
    () => link.silentMs / 1_000,
  );
  gauge(
    'plenary_redis_dropped_news',
    'News dropped since the start because Redis was away or too slow.',
    () => link.dropped,
  );
}

function addRelaySeries(registry: Registry, relay: Relay): void {
  for (const { name, help, type, read } of RELAY_SERIES) {
    const config = { name: `plenary_relay_${name}`, help, registers: [] };
    const series =
      type === 'gauge'
        ? new Gauge({
            ...config,
            collect() {
              this.set(read(relay.stats()));
            },
          })
        : new Counter({
            ...config,
            collect() {
              this.reset();
              this.inc(read(relay.stats()));
            },
          });
    registry.registerMetric(series);
  }
  for (const { name, help, read } of RELAY_REASONS) {
    const config = { name: `plenary_relay_${name}`, help, registers: [], labelNames: ['reason'] };
    registry.registerMetric(
      new Counter({
        ...config,
        collect() {
          this.reset();
          for (const [reason, count] of Object.entries(read(relay.stats()))) {
            this.inc({ reason }, count);
          }
        },
      }),
    );
  }
}
