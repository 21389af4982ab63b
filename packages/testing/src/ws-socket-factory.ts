import type { SocketFactory, WebSocketLike } from '@plenary/provider';
import { WebSocket } from 'ws';
import { frameOf, type SocketTap } from './socket-tap.ts';

/**
 * Opens the provider's sockets in Node, with what a browser or a program sends at the upgrade;
 * `tapOf` is asked for a tap for each socket.
 */
export function wsSocketFactory(
  headers: Record<string, string> = {},
  tapOf: () => SocketTap = () => ({}),
): SocketFactory {
  return (url, protocol) => {
    const tap = tapOf();
    const socket = new WebSocket(url, protocol, { headers });
    socket.on('message', (data) => tap.received?.(frameOf(data)));
    socket.on('close', (code) => tap.closed?.(code));
    if (tap.sent !== undefined) {
      const send = socket.send.bind(socket);
      socket.send = (frame: Uint8Array) => {
        tap.sent?.(frame);
        send(frame);
      };
    }
    // Handler properties are compared as if they were read; the provider only writes them.
    return socket as unknown as WebSocketLike;
  };
}
