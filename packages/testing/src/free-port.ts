import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Above the ports that well-known programs take. */
const FIRST_PORT = 20_000;

/** Linux gives ports from here on to connections (`net.ipv4.ip_local_port_range`). */
const FIRST_GIVEN_PORT = 32_768;

/**
 * A port that nobody listens on now, below those that systems hand out by themselves: one of those may
 * become the end of anybody's connection before a server takes it, or while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, FIRST_GIVEN_PORT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
