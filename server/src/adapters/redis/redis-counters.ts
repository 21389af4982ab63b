import { createHash } from 'node:crypto';
import {
  memoryCounters,
  secondsLeftAt,
  type OpenCounter,
  type Quota,
} from '../../domain/attempts.ts';
import type { WallClock } from '../../domain/ports.ts';
import { inTime } from './in-time.ts';
import type { RedisLink } from './redis-link.ts';

/** Longest time a count may take; signing in does not wait for a slow Redis. */
const ANSWER_LIMIT_MS = 500;

/** Counts all keys up by one, or none when one has reached its limit. KEYS; ARGV: life, limits. */
const BEGIN = `
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i + 1]) then return 0 end
end
for _, key in ipairs(KEYS) do
  redis.call('INCR', key)
  redis.call('PEXPIRE', key, ARGV[1])
end
return 1`;

/** Counts all keys down by one, but none below zero. */
const FORGIVE = `
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
return 1`;

/**
 * Counters that all nodes share. While Redis is away each node counts for itself. What is counted
 * (addresses of people, of their mail) lies in Redis as digests.
 */
export function redisCounters(link: RedisLink, clock: WallClock): OpenCounter {
  const openAlone = memoryCounters(clock);
  return (name, windowMs) => {
    const alone = openAlone(name, windowMs);

    const keysOf = (quotas: readonly Quota[]): string[] => {
      const window = Math.floor(clock.now() / windowMs);
      return quotas.map(({ key }) => {
        const digest = createHash('sha256').update(key).digest('base64url');
        return `${link.prefix}attempts:${name}:${window}:${digest}`;
      });
    };
    const run = (script: string, keys: string[], args: readonly string[]): Promise<unknown> =>
      inTime(
        link.run((commands) => commands.eval(script, { keys, arguments: [...args] })),
        ANSWER_LIMIT_MS,
      );

    return {
      async begin(quotas) {
        const limits = quotas.map(({ limit }) => `${limit}`);
        try {
          return (await run(BEGIN, keysOf(quotas), [`${windowMs}`, ...limits])) === 1;
        } catch {
          return alone.begin(quotas);
        }
      },
      async forgive(quotas) {
        try {
          await run(FORGIVE, keysOf(quotas), []);
        } catch {
          await alone.forgive(quotas);
        }
      },
      secondsLeft: () => secondsLeftAt(clock.now(), windowMs),
    };
  };
}
