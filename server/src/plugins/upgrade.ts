import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';

/** Takes over a connection that asked for an upgrade. `head` is what came with the request. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Where the upgrades of a server go. */
export interface UpgradeRoutes {
  readonly collab: { readonly handleUpgrade: UpgradeHandler };
  readonly socketIo: { readonly handleUpgrade: UpgradeHandler };
}

/**
 * The one listener for upgrades: several would answer the same request, and one of the protocols
 * would silently break. Everything unknown is answered 404. Returns the listener for the server's
 * `upgrade` event.
 */
export function createUpgradeListener(
  routes: UpgradeRoutes,
  logger: FastifyBaseLogger,
): UpgradeHandler {
  return (request, socket, head) => {
    const onError = (error: Error): void => {
      logger.debug({ err: error }, 'a connection failed while it was upgraded');
      socket.destroy();
    };
    socket.on('error', onError);
    const path = pathOf(request);
    try {
      if (path.startsWith('/collab/')) {
        socket.off('error', onError);
        routes.collab.handleUpgrade(request, socket, head);
      } else if (path === '/socket.io' || path.startsWith('/socket.io/')) {
        socket.off('error', onError);
        routes.socketIo.handleUpgrade(request, socket, head);
      } else {
        refuseUpgrade(socket, 404);
      }
    } catch (error) {
      logger.error({ err: error, path }, 'an upgrade failed');
      socket.destroy();
    }
  };
}

/** The path a request asks for, without the query: that may hold a ticket and is never logged. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0]!;
}

/** Answers an upgrade with an HTTP status and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
