import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.ts';
import { startServerProcess } from './server-process.ts';
import { packageVersion } from './versions.ts';

/** Hocuspocus with its default settings and no extension, so without storage. */
export const hocuspocus: Peer = {
  name: 'hocuspocus',
  version: packageVersion(import.meta.resolve('@hocuspocus/server')),
  storage: 'none',
  start: async ({ inspect }) => {
    const process = await startServerProcess({
      arguments: [fileURLToPath(new URL('hocuspocus-server.ts', import.meta.url))],
      environment: (port) => ({ PORT: String(port) }),
      readyPath: '/',
      inspect,
    });
    return {
      process,
      ways: (name) =>
        Promise.resolve([
          {
            port: process.port,
            path: '/',
            headers: {},
            dialect: 'hocuspocus',
            room: name,
          },
        ]),
      restart: null,
      stop: () => process.stop(),
    };
  },
};
