import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis, type PostgresServer, type RedisServer } from '@plenary/testing';
import { NodeVictim } from './node-victim.ts';
import { readPostgresLog } from './postgres-log.ts';
import type { Stand, Victim } from './stand.ts';

/** A node that missed the news looks at the heads of its chapters every second. */
const GRACE_MS = 10_000;

/** Two nodes on a PostgreSQL and a Redis of their own; any of the four may be killed. */
export async function clusterStand(): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'plenary-crash-'));
  const postgres = await startPostgres({ isDurable: true });
  const redis = await startRedis();
  const databaseUrl = await postgres.createDatabase();
  const env = { LIMITS: 'off', DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
  const nodes = [1, 2].map(
    (number) => new NodeVictim(`node ${number}`, { dataDir: join(folder, `${number}`), env }),
  );
  return {
    victims: [postgresVictim(postgres), redisVictim(redis), ...nodes],
    graceMs: GRACE_MS,
    node(draw) {
      const running = nodes.flatMap(({ server }) => (server === null ? [] : [server]));
      return running[Math.floor(draw * running.length)]!;
    },
    operator: { dataDir: join(folder, '1'), env },
    readLog: (chapterId) => readPostgresLog(postgres, databaseUrl, chapterId),
    async close() {
      for (const node of nodes) await node.kill();
      await postgres.stop();
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function postgresVictim(postgres: PostgresServer): Victim {
  let isDead = false;
  const kill = async (): Promise<void> => {
    if (!isDead) await postgres.crash();
    isDead = true;
  };
  return {
    name: 'postgres',
    isNode: false,
    kill,
    async start() {
      if (isDead) await postgres.start();
      isDead = false;
    },
    async killWhileStarting() {
      // It answers as soon as it has recovered; the nodes have just begun to come back.
      await postgres.start();
      await postgres.crash();
    },
  };
}

function redisVictim(redis: RedisServer): Victim {
  return {
    name: 'redis',
    isNode: false,
    kill: () => redis.kill(),
    start: () => redis.start(),
    async killWhileStarting() {
      await redis.start();
      await redis.kill();
    },
  };
}
