import { join } from 'node:path';
import type { Peer } from './peer.ts';
import { startServerProcess } from './server-process.ts';
import { packageFolder, packageVersion } from './versions.ts';

const PACKAGE = import.meta.resolve('y-websocket-2');

/** The server that comes with y-websocket 2.1, as it is, without its LevelDB storage. */
export const yWebsocket: Peer = {
  name: 'y-websocket',
  version: packageVersion(PACKAGE),
  storage: 'none',
  start: async ({ inspect }) => {
    const process = await startServerProcess({
      arguments: [join(packageFolder(PACKAGE), 'bin', 'server.cjs')],
      environment: (port) => ({ HOST: '127.0.0.1', PORT: String(port) }),
      readyPath: '/',
      inspect,
    });
    return {
      process,
      ways: (name) =>
        Promise.resolve([
          {
            port: process.port,
            path: `/${name}`,
            headers: {},
            dialect: 'y-websocket',
            room: name,
          },
        ]),
      restart: null,
      stop: () => process.stop(),
    };
  },
};
