import { startRedis, type RedisServer } from '@plenary/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { redisCounters } from '../src/adapters/redis/redis-counters.ts';
import { openRedisLink, type RedisLink } from '../src/adapters/redis/redis-link.ts';
import { memoryCounters, type OpenCounter } from '../src/domain/attempts.ts';
import { eventually } from './api-world.ts';

const silent = pino({ level: 'silent' });

const WINDOW_MS = 60_000;

/** A clock at the beginning of a window of its own, so that no test sees another's counts. */
let windows = 0;
function aClock() {
  windows += 1;
  let now = windows * 1_000 * WINDOW_MS;
  return { now: () => now, pass: (ms: number) => void (now += ms) };
}

function describeCounter(
  name: string,
  open: (clock: ReturnType<typeof aClock>) => OpenCounter,
): void {
  describe(`attempts are counted: ${name}`, () => {
    const counterAt = () => {
      const clock = aClock();
      return { clock, counter: open(clock)('test', WINDOW_MS) };
    };

    it('from their beginning, so that many at once cannot slip through', async () => {
      const { counter } = counterAt();
      const quota = [{ key: 'a', limit: 2 }];
      const begun = await Promise.all([1, 2, 3].map(() => counter.begin(quota)));
      expect(begun.filter(Boolean)).toHaveLength(2);
      expect(await counter.begin([{ key: 'b', limit: 2 }])).toBe(true);
    });

    it('all or none, when one of several quotas is used up', async () => {
      const { counter } = counterAt();
      const both = [
        { key: 'narrow', limit: 1 },
        { key: 'wide', limit: 2 },
      ];
      expect(await counter.begin(both)).toBe(true);
      expect(await counter.begin(both)).toBe(false);
      expect(await counter.begin([{ key: 'wide', limit: 2 }])).toBe(true);
    });

    it('and given back when they succeed, never more than were counted', async () => {
      const { counter } = counterAt();
      const quota = [{ key: 'a', limit: 1 }];
      await counter.forgive(quota);
      expect(await counter.begin(quota)).toBe(true);
      await counter.forgive(quota);
      await counter.forgive(quota);
      expect(await counter.begin(quota)).toBe(true);
      expect(await counter.begin(quota)).toBe(false);
    });

    it('anew with each window, and it is said how long that takes', async () => {
      const { clock, counter } = counterAt();
      const quota = [{ key: 'a', limit: 1 }];
      await counter.begin(quota);
      expect(await counter.begin(quota)).toBe(false);
      clock.pass(WINDOW_MS - 900);
      expect(await counter.begin(quota)).toBe(false);
      expect(counter.secondsLeft()).toBe(1);
      clock.pass(900);
      expect(counter.secondsLeft()).toBe(60);
      expect(await counter.begin(quota)).toBe(true);
    });

    it('together by those who name the same counter, apart by others', async () => {
      const opened = open(aClock());
      const quota = [{ key: 'a', limit: 1 }];
      expect(await opened('one', WINDOW_MS).begin(quota)).toBe(true);
      expect(await opened('one', WINDOW_MS).begin(quota)).toBe(false);
      expect(await opened('two', WINDOW_MS).begin(quota)).toBe(true);
    });
  });
}

describeCounter('in memory', memoryCounters);

describe('attempts at several nodes', () => {
  let redis: RedisServer;
  let near: RedisLink;
  let far: RedisLink;
  beforeAll(async () => {
    redis = await startRedis();
    [near, far] = await Promise.all([
      openRedisLink(redis.url, silent),
      openRedisLink(redis.url, silent),
    ]);
  });
  afterAll(async () => {
    near.close();
    far.close();
    await redis.close();
  });

  describeCounter('in Redis', (clock) => redisCounters(near, clock));

  it('[N7] count together, whichever node they are made at', async () => {
    const clock = aClock();
    const [here, there] = [near, far].map((link) =>
      redisCounters(link, clock)('sign-ins', WINDOW_MS),
    );
    const quota = [{ key: 'ana@example.org', limit: 4 }];
    for (const counter of [here!, there!, here!, there!]) {
      expect(await counter.begin(quota)).toBe(true);
    }
    expect(await here!.begin(quota)).toBe(false);
    await there!.forgive(quota);
    expect(await here!.begin(quota)).toBe(true);
    expect(await redis.command('KEYS *ana*')).toBe('*0');
  });

  it('[N7] are counted by each node for itself while Redis is away or frozen', async () => {
    const clock = aClock();
    const link = await openRedisLink(redis.url, silent);
    onTestFinished(() => link.close());
    const counter = redisCounters(link, clock)('sign-ins', WINDOW_MS);
    const quota = [{ key: 'a', limit: 1 }];
    redis.freeze();
    expect(await counter.begin(quota)).toBe(true);
    expect(await counter.begin(quota)).toBe(false);
    redis.thaw();
    await redis.kill();
    await eventually(() => expect(link.isUp).toBe(false));
    expect(await counter.begin(quota)).toBe(false);
    await redis.start();
  });
});
