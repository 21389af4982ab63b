import type { Bus } from '@plenary/relay';
import type { FastifyBaseLogger } from 'fastify';
import type { RedisLink } from './adapters/redis/redis-link.ts';
import type { Config } from './config.ts';
import { createNewsHub, type NewsHub } from './news-hub.ts';

/** What carries news, within this process and between nodes. */
export interface News {
  readonly hub: NewsHub;
  /** The relay's way to the other nodes; undefined for one node alone. */
  readonly bus: Bus | undefined;
  /** The link to Redis; null for one node alone. */
  readonly link: RedisLink | null;
  /** Ends the link. Safe to call twice. */
  readonly close: () => void;
}

/**
 * Opens the way news takes: in this process alone, or with `REDIS_URL` to every node on that Redis. A
 * Redis that cannot be reached is warned of and tried again for ever; it keeps nothing from starting.
 */
export async function openNews(
  config: Pick<Config, 'redisUrl' | 'databaseUrl'>,
  logger: FastifyBaseLogger,
): Promise<News> {
  if (config.redisUrl === null) {
    return { hub: createNewsHub(logger), bus: undefined, link: null, close() {} };
  }
  if (config.databaseUrl === null) {
    logger.warn('REDIS_URL without DATABASE_URL: the store in DATA_DIR serves one node, alone');
  }
  // Loaded where it is asked for: one node alone does not wait for it.
  const [{ openRedisLink }, { createRedisBus }, { createRedisExchange }] = await Promise.all([
    import('./adapters/redis/redis-link.ts'),
    import('./adapters/redis/redis-bus.ts'),
    import('./adapters/redis/redis-exchange.ts'),
  ]);
  const link = await openRedisLink(config.redisUrl, logger);
  return {
    hub: createNewsHub(logger, createRedisExchange(link)),
    bus: createRedisBus(link),
    link,
    close: () => link.close(),
  };
}
