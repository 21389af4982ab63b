import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** Names the node a browser belongs to. */
const COOKIE = 'plenary_test_node';

/** A balancer before several servers. */
export interface StickyBalancer {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  /** Upgrades refused so far. */
  readonly refusedUpgrades: number;
  /** Requests each target was given. */
  readonly requests: readonly number[];
  /** From now on upgrades are answered as told. */
  refuseUpgrades(refuses: boolean): void;
  close(): Promise<void>;
}

/**
 * Opens a balancer that gives every newcomer to the next of the targets (`http://127.0.0.1:…`) and
 * keeps them there by a cookie, as long polling over several nodes needs it. With one target it is a
 * plain proxy. It can refuse upgrades with 403, as some company networks do.
 */
export async function openStickyBalancer(
  targets: readonly string[],
  options: { readonly refusesUpgrades?: boolean } = {},
): Promise<StickyBalancer> {
  let refuses = options.refusesUpgrades ?? false;
  let refused = 0;
  let newcomers = 0;
  const requests = targets.map(() => 0);
  const sockets = new Set<Socket>();

  const place = ({ headers }: IncomingMessage): { index: number; isNew: boolean } => {
    const known = new RegExp(`${COOKIE}=(\\d+)`).exec(headers.cookie ?? '')?.[1];
    if (known !== undefined && targets[Number(known)] !== undefined) {
      return { index: Number(known), isNew: false };
    }
    newcomers += 1;
    return { index: (newcomers - 1) % targets.length, isNew: true };
  };
  const take = (request: IncomingMessage) => {
    const { index, isNew } = place(request);
    requests[index]! += 1;
    const cookie = isNew ? [`${COOKIE}=${index}; Path=/; SameSite=Lax`] : [];
    return { target: new URL(targets[index]!), cookie };
  };

  const server = createServer((request, response) => {
    const { target, cookie } = take(request);
    const { method, url, headers } = request;
    const onward = ask({ host: target.hostname, port: target.port, method, path: url, headers });
    onward.on('response', (answer) => {
      const set = [...(answer.headers['set-cookie'] ?? []), ...cookie];
      const own = set.length === 0 ? {} : { 'set-cookie': set };
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...own });
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    request.pipe(onward);
    response.on('close', () => onward.destroy());
  });
  server.on('upgrade', (request, stream, head) => {
    const near = stream as Socket; // of a server over TCP
    near.on('error', () => near.destroy());
    if (refuses) {
      refused += 1;
      near.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { target } = take(request);
    const far = connect({ host: target.hostname, port: Number(target.port) }, () => {
      far.write(headOf(request));
      far.write(head);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    get refusedUpgrades() {
      return refused;
    },
    requests,
    refuseUpgrades(value) {
      refuses = value;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The request's first lines as they came. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
