import { fileURLToPath } from 'node:url';
import { startRedis } from '@plenary/testing';
import { NODES, cpuSecondsOfStores, together } from './nodes.ts';
import type { Peer } from './peer.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { packageVersion } from './versions.ts';

/** Two nodes of Hocuspocus with its Redis extension and no other, so without storage. */
export const hocuspocusNodes: Peer = {
  name: 'hocuspocus-nodes',
  version: packageVersion(import.meta.resolve('@hocuspocus/extension-redis')),
  storage: 'none; updates over Redis',
  start: async () => {
    const redis = await startRedis();
    const servers: ServerProcess[] = [];
    const stop = async (): Promise<void> => {
      await Promise.all(servers.map((server) => server.stop()));
      await redis.close();
    };
    try {
      for (let node = 0; node < NODES; node += 1) {
        const command = {
          arguments: [fileURLToPath(new URL('hocuspocus-server.ts', import.meta.url))],
          environment: (port: number) => ({ PORT: String(port), REDIS_PORT: String(redis.port) }),
          readyPath: '/',
          inspect: false,
        };
        servers.push(await startServerProcess(command));
      }
      return {
        process: together(servers),
        ways: (name) =>
          Promise.resolve(
            servers.map(({ port }) => ({
              port,
              path: '/',
              headers: {},
              dialect: 'hocuspocus',
              room: name,
            })),
          ),
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
