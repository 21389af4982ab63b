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
];

/** `GET /metrics`: numbers for Prometheus, in its text format; no names, no titles, no text. */
export const metrics = fastifyPlugin(
  async (
    app,
    { services }: { readonly services: Pick<Services, 'relay' | 'commitTimes' | 'link'> },
  ) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    registry.registerMetric(services.commitTimes);
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
}
