import {
  describeBusContract,
  openFaultProxy,
  startRedis,
  type RedisServer,
} from '@plenary/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRedisBus } from './redis-bus.ts';
import { openRedisLink, type RedisLink } from './redis-link.ts';

const silent = pino({ level: 'silent' });
const PATIENCE = { timeout: 15_000, interval: 10 } as const;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis({ password: 'p@ss' });
});
afterAll(() => redis.close());

async function open(url = redis.url): Promise<RedisLink> {
  const link = await openRedisLink(url, silent);
  onTestFinished(() => link.close());
  return link;
}

/** Goes all the way through Redis: what was published before has been heard. */
async function settle(links: readonly RedisLink[]): Promise<void> {
  await Promise.all(links.map((link) => link.settled()));
  for (const from of links) {
    await Promise.all(
      links.map(async (to) => {
        if (to === from) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        const stop = to.listen('settle', () => resolve());
        await to.settled();
        from.publish('settle', new Uint8Array());
        await promise;
        stop();
      }),
    );
  }
}

describeBusContract('Redis', async () => {
  const links = await Promise.all([1, 2, 3].map(() => openRedisLink(redis.url, silent)));
  const [ana, ben, cem] = links.map((link) => createRedisBus(link));
  return {
    nodes: [ana!, ben!, cem!],
    settled: () => settle(links),
    close() {
      for (const link of links) link.close();
      return Promise.resolve();
    },
  };
});

describe('the link to Redis', () => {
  it('[N1] is there again after Redis was killed, listens to the same, and says so', async () => {
    const [ana, ben] = await Promise.all([open(), open()]);
    const heard: number[] = [];
    ben.listen('c', (news) => void heard.push(news[0]!));
    let comebacks = 0;
    ben.onUp(() => (comebacks += 1));
    await redis.kill();
    await vi.waitFor(() => expect([ana.isUp, ben.isUp]).toEqual([false, false]), PATIENCE);
    ben.listen('d', (news) => void heard.push(news[0]!));
    const dropped = ana.dropped;
    ana.publish('c', Uint8Array.of(1));
    expect(ana.dropped).toBe(dropped + 1);
    await expect(ana.run((commands) => commands.ping())).rejects.toThrow('away');
    await redis.start();
    await vi.waitFor(() => expect([ana.isUp, ben.isUp]).toEqual([true, true]), PATIENCE);
    expect(comebacks).toBe(1);
    ana.publish('c', Uint8Array.of(2));
    ana.publish('d', Uint8Array.of(3));
    await settle([ana, ben]);
    expect(heard).toEqual([2, 3]);
  });

  it('[N1] finds out that nothing gets through, although nobody says so', async () => {
    const proxy = await openFaultProxy(redis.port);
    onTestFinished(() => proxy.close());
    const link = await open(redis.url.replace(`${redis.port}`, `${proxy.port}`));
    expect(link.isUp).toBe(true);
    proxy.partition();
    await vi.waitFor(() => expect(link.isUp).toBe(false), PATIENCE);
    expect(link.silentMs).toBeGreaterThan(1_000);
    proxy.mend();
    await vi.waitFor(() => expect(link.isUp).toBe(true), PATIENCE);
    expect(link.silentMs).toBeLessThan(5_000);
  });

  it('[N1] starts without Redis and heals', async () => {
    await redis.kill();
    const link = await open();
    expect(link.isUp).toBe(false);
    await redis.start();
    await vi.waitFor(() => expect(link.isUp).toBe(true), PATIENCE);
  });

  it('keeps the password out of the log', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const wrong = redis.url.replace('p%40ss', 'another-secret');
    const link = await openRedisLink(wrong, logger);
    link.close();
    expect(link.isUp).toBe(false);
    expect(lines.join('')).toContain('Redis is away');
    expect(lines.join('')).not.toContain('another-secret');
  });

  it('[N2] holds a bounded amount for a Redis that takes nothing', async () => {
    const proxy = await openFaultProxy(redis.port);
    onTestFinished(() => proxy.close());
    const link = await open(redis.url.replace(`${redis.port}`, `${proxy.port}`));
    proxy.partition();
    const news = new Uint8Array(128 * 1024);
    for (let i = 0; i < 1_000; i += 1) link.publish('c', news);
    expect(link.dropped).toBeGreaterThanOrEqual(1_000 - 64);
  });
});
