import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@plenary/testing';
import type { Peer } from './peer.ts';
import { openPlenaryRooms } from './plenary-rooms.ts';
import { PLENARY_MAIN } from './plenary.ts';
import { NODES, cpuSecondsOfStores, together } from './nodes.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

/** Two nodes on a PostgreSQL that syncs every commit, and a Redis for news between them. */
export const plenaryNodes: Peer = {
  name: 'plenary-nodes',
  version: '0.1.0',
  storage: 'PostgreSQL, fsync and synchronous_commit on, before broadcast; news over Redis',
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plenary-bench-'));
    const postgres = await startPostgres({ isDurable: true });
    const redis = await startRedis();
    const servers: ServerProcess[] = [];
    const stop = async (): Promise<void> => {
      await Promise.all(servers.map((server) => server.stop()));
      await postgres.stop();
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      const environment = {
        DATABASE_URL: await postgres.createDatabase(),
        REDIS_URL: redis.url,
        HOST: '127.0.0.1',
        LIMITS: 'off',
        LOG_LEVEL: 'error',
      };
      const folderOf = (node: number): string => join(folder, `node-${node}`);
      for (let node = 0; node < NODES; node += 1) {
        const command = {
          arguments: [PLENARY_MAIN],
          environment: (port: number) => ({
            ...environment,
            DATA_DIR: folderOf(node),
            PORT: String(port),
          }),
          readyPath: '/readyz',
          inspect: false,
        };
        servers.push(await startServerProcess(command));
      }
      const operator = { ...environment, DATA_DIR: folderOf(0) };
      const rooms = await openPlenaryRooms(operator, () => servers[0]!.port);
      return {
        process: together(servers),
        ways: async (name) => {
          const roomAt = await rooms(name);
          return servers.map(({ port }) => roomAt(port));
        },
        storesCpuSeconds: () => cpuSecondsOfStores(),
        restart: null,
        stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
