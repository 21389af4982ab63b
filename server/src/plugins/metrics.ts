import fastifyPlugin from 'fastify-plugin';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { ConnectionStories } from '../adapters/relay/connection-stories.ts';
import type { RedisLink } from '../adapters/redis/redis-link.ts';
import type { Services } from '../services.ts';
import { watchEventLoop } from './event-loop-delay.ts';
import { timeLink } from './link-times.ts';
import { relaySeries } from './relay-series.ts';
import { timeRequests } from './request-times.ts';
import { toMetric, type ReadSeries } from './series.ts';

/** An answer is shown to everybody who asks within this time: asking often costs next to nothing. */
const SHARED_MS = 250;

/** What the numbers are read from. */
export interface MetricsOptions {
  readonly services: Pick<Services, 'relay' | 'relayTimes' | 'link' | 'queues'>;
  readonly stories: ConnectionStories;
}

/**
 * `GET /metrics`: numbers for Prometheus, in its text format (docs/operate/watch.md). No ids, no
 * addresses, no titles and no text; every label comes from a table of ours. Register it before the
 * routes whose requests it is to time.
 */
export const metrics = fastifyPlugin(
  async (app, { services, stories }: MetricsOptions) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    // These begin anew with each scrape, so that whoever else watches sees the wrong thing.
    for (const { name } of await registry.getMetricsAsJSON()) {
      if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name);
    }
    const { relay, relayTimes, link, queues } = services;
    const ofRelay = relaySeries(relay);
    const eventLoop = watchEventLoop();
    const linkTimes = link === null ? null : timeLink(link);
    const read = [
      ...ofRelay.series,
      ...connectionSeries(stories),
      ...queueSeries(queues),
      ...(link === null ? [] : linkSeries(link)),
    ];
    for (const metric of [
      ...relayTimes.series,
      ...read.map(toMetric),
      ...(linkTimes?.series ?? []),
      eventLoop.series,
      timeRequests(app),
    ]) {
      registry.registerMetric(metric);
    }

    let answer: { readonly at: number; readonly text: Promise<string> } | null = null;
    const scrape = (): Promise<string> => {
      const now = performance.now();
      if (answer === null || now - answer.at >= SHARED_MS) {
        ofRelay.look();
        answer = { at: now, text: registry.metrics() };
      }
      return answer.text;
    };
    const options = {
      logLevel: 'warn',
      schema: { hide: true },
      config: { access: 'public' },
    } as const;
    app.get('/metrics', options, async (_request, reply) =>
      reply
        .type(registry.contentType)
        .header('cache-control', 'no-store')
        .send(await scrape()),
    );
    app.addHook('onClose', async () => {
      linkTimes?.close();
      eventLoop.close();
      registry.clear();
    });
  },
  { name: 'metrics' },
);

function connectionSeries(stories: ConnectionStories): ReadSeries[] {
  const { totals } = stories;
  return [
    {
      name: 'plenary_connections',
      help: 'Open connections.',
      type: 'gauge',
      values: { label: 'kind', readEach: () => stories.open },
    },
    {
      name: 'plenary_connections_ended_total',
      help: 'Connections that ended.',
      type: 'counter',
      values: { label: 'reason', readEach: () => stories.ended },
    },
    {
      name: 'plenary_upgrades_refused_total',
      help: 'Upgrades to a collab socket that were refused.',
      type: 'counter',
      values: { label: 'status', readEach: () => stories.refusedUpgrades },
    },
    {
      name: 'plenary_relay_frames_total',
      help: 'Frames of collab connections.',
      type: 'counter',
      values: {
        label: 'direction',
        readEach: () => ({ in: totals.framesIn, out: totals.framesOut }),
      },
    },
    {
      name: 'plenary_relay_frame_bytes_total',
      help: 'Bytes in frames of collab connections.',
      type: 'counter',
      values: {
        label: 'direction',
        readEach: () => ({ in: totals.bytesIn, out: totals.bytesOut }),
      },
    },
  ];
}

function queueSeries(queues: Services['queues']): ReadSeries[] {
  return [
    {
      name: 'plenary_queue_depth',
      help: 'Pieces of work asked for and not answered yet.',
      type: 'gauge',
      values: {
        label: 'queue',
        readEach: () =>
          Object.fromEntries(Object.entries(queues).map(([name, depth]) => [name, depth()])),
      },
    },
  ];
}

/** How the link to the other nodes is. */
function linkSeries(link: RedisLink): ReadSeries[] {
  return [
    {
      name: 'plenary_redis_up',
      help: 'Whether Redis is connected and answers.',
      type: 'gauge',
      values: { read: () => (link.isUp ? 1 : 0) },
    },
    {
      name: 'plenary_redis_silent_seconds',
      help: 'Time since Redis last answered.',
      type: 'gauge',
      values: { read: () => link.silentMs / 1_000 },
    },
    {
      name: 'plenary_redis_dropped_news',
      help: 'News dropped since the start because Redis was away or too slow.',
      type: 'gauge',
      values: { read: () => link.dropped },
    },
  ];
}
