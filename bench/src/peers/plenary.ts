import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.ts';
import { openPlenaryRooms } from './plenary-rooms.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

/** The program that runs Plenary. */
export const PLENARY_MAIN = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

/** Plenary as it is started in earnest: SQLite with full synchronisation, rights, sign-in. */
export const plenary: Peer = {
  name: 'plenary',
  version: '0.1.0',
  storage: 'SQLite, synchronous=FULL, before broadcast',
  start: async ({ inspect }) => {
    const folder = await mkdtemp(join(tmpdir(), 'plenary-bench-'));
    const environment = { DATA_DIR: folder, HOST: '127.0.0.1', LIMITS: 'off', LOG_LEVEL: 'error' };
    const start = (): Promise<ServerProcess> =>
      startServerProcess({
        arguments: [PLENARY_MAIN],
        environment: (port) => ({ ...environment, PORT: String(port) }),
        readyPath: '/readyz',
        inspect,
      });
    let current: ServerProcess | null = null;
    const stop = async (): Promise<void> => {
      await current?.stop();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      current = await start();
      const rooms = await openPlenaryRooms(environment, () => current!.port);
      return {
        process: current,
        ways: async (name) => [(await rooms(name))(current!.port)],
        restart: async () => {
          await current!.stop();
          current = await start();
          return current;
        },
        stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
