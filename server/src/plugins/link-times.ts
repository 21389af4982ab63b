import { Histogram } from 'prom-client';
import type { RedisLink } from '../adapters/redis/redis-link.ts';

/** Upper bounds, in seconds: one network, to a Redis that is about to be given up. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 4];

/** How long Redis takes. */
export interface LinkTimes {
  readonly series: readonly Histogram[];
  /** Listens no more. Safe to call twice. */
  close(): void;
}

/** Starts to note how long the link to the other nodes takes, about once a second. */
export function timeLink(link: RedisLink): LinkTimes {
  const make = (name: string, help: string): Histogram =>
    new Histogram({ name: `plenary_redis_${name}`, help, buckets: SECONDS, registers: [] });
  const roundTrip = make('round_trip_seconds', 'Time Redis takes to answer a ping.');
  const news = make(
    'news_seconds',
    'Time from telling news until those who listen to the channel have them.',
  );
  const close = link.onTimed(({ roundTripMs, newsMs }) => {
    roundTrip.observe(roundTripMs / 1_000);
    news.observe(newsMs / 1_000);
  });
  return { series: [roundTrip, news], close };
}
