import type { SocketFactory, WebSocketLike } from '@plenary/provider';
import { WebSocket } from 'ws';

/** Opens the provider's sockets in Node, with what a browser or a program sends at the upgrade. */
export function wsSocketFactory(headers: Record<string, string> = {}): SocketFactory {
  return (url, protocol) =>
    // Handler properties are compared as if they were read; the provider only writes them.
    new WebSocket(url, protocol, { headers }) as unknown as WebSocketLike;
}
