import {
  decodeClientMessage,
  encodeServerMessage,
  type ClientMessage,
  type ServerMessage,
} from '@plenary/protocol';
import type { SocketFactory, WebSocketLike } from '@plenary/provider';

/** One socket of a `ScriptedServer`, seen from the server. */
export class ScriptedSocket implements WebSocketLike {
  binaryType = 'blob';
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  /** Everything the client sent, oldest first. */
  readonly received: ClientMessage[] = [];
  /** Code with which the client closed; null while it has not. */
  closedByClient: number | null = null;
  readonly url: string;
  readonly protocol: string;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
  }

  send(data: Uint8Array): void {
    this.received.push(decodeClientMessage(data));
  }

  close(code = 1005): void {
    this.closedByClient = code;
  }

  /** Completes the upgrade. */
  accept(): void {
    this.onopen?.();
  }

  /** Sends a message to the client. */
  say(message: ServerMessage): void {
    this.sayBytes(encodeServerMessage(message));
  }

  /** Sends raw bytes to the client. */
  sayBytes(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  /** Ends the connection, as the server or the network does. */
  cut(code = 1006): void {
    this.onclose?.({ code, reason: '' });
  }

  /** Messages of one kind, oldest first. */
  of<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<ClientMessage, { type: T }> => message.type === type,
    );
  }
}

/** A server that does only what a test tells it: for rules about single frames. */
export class ScriptedServer {
  /** All sockets ever opened, oldest first. */
  readonly sockets: ScriptedSocket[] = [];

  readonly openSocket: SocketFactory = (url, protocol) => {
    const socket = new ScriptedSocket(url, protocol);
    this.sockets.push(socket);
    return socket;
  };

  /** The socket opened last. Throws when there was none. */
  get latest(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }
}
