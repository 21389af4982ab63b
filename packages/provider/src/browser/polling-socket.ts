import {
  CLOSE_CODES,
  MAX_SERVER_FRAME_BYTES,
  PieceJoiner,
  piecesOf,
  POLLED_NAMESPACE,
  type PolledClientEvents,
  type PolledServerEvents,
} from '@plenary/protocol';
import type { ManagerOptions, Socket } from 'socket.io-client';
import type { SocketFactory, WebSocketLike } from '../types.ts';

type PolledClient = Socket<PolledServerEvents, PolledClientEvents>;

/** What a WebSocket reports for a connection that broke (RFC 6455). */
const BROKEN = 1006;

/** What it reports for one that its own side has closed. */
const NORMAL_CLOSURE = 1000;

/**
 * Opens sockets whose frames travel in plain HTTP requests, by the long polling of socket.io at
 * `/socket.io/` of the same host, with the same query. The library is loaded with the first. `headers` are for programs; a
 * browser sends its cookie.
 */
export function pollingSocketFactory(
  headers: Readonly<Record<string, string>> = {},
): SocketFactory {
  return (url) => new PollingSocket(new URL(url), headers);
}

class PollingSocket implements WebSocketLike {
  binaryType = 'arraybuffer';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly #joiner = new PieceJoiner(MAX_SERVER_FRAME_BYTES);
  #client: PolledClient | null = null;
  #isOver = false;
  /** What the server said before it closed. */
  #said: { readonly code: number; readonly reason: string } | null = null;

  constructor(url: URL, headers: Readonly<Record<string, string>>) {
    this.#connect(url, headers).catch((error: unknown) => {
      this.onerror?.(error);
      this.#ended({ code: BROKEN, reason: '' });
    });
  }

  get bufferedAmount(): number {
    const waiting = this.#client?.io.engine?.writeBuffer ?? [];
    return waiting.reduce((sum, { data }) => sum + sizeOf(data), 0);
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.#client?.connected !== true) return;
    const pieces = piecesOf(data);
    for (const piece of pieces.slice(0, -1)) this.#client.emit('part', piece);
    this.#client.emit('frame', pieces.at(-1)!);
  }

  close(code: number = NORMAL_CLOSURE, reason: string = ''): void {
    this.#client?.disconnect();
    this.#ended({ code, reason });
  }

  async #connect(url: URL, headers: Readonly<Record<string, string>>): Promise<void> {
    const { io } = await import('socket.io-client');
    if (this.#isOver) return;
    const origin = new URL(url.origin);
    origin.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
    const options: Partial<ManagerOptions> = {
      transports: ['polling'],
      // Whoever holds this socket connects anew, and decides how.
      reconnection: false,
      forceNew: true,
      withCredentials: true,
      query: Object.fromEntries(url.searchParams),
      extraHeaders: { ...headers },
    };
    const client: PolledClient = io(new URL(POLLED_NAMESPACE, origin).href, options);
    this.#client = client;
    client.on('connect', () => this.onopen?.());
    client.on('part', (piece) => {
      if (!this.#joiner.add(bytesOf(piece))) this.#giveUp();
    });
    client.on('frame', (piece) => {
      const frame = this.#joiner.finish(bytesOf(piece));
      if (frame === null) this.#giveUp();
      else this.onmessage?.({ data: frame });
    });
    client.on('closed', (code, reason) => {
      this.#said = { code, reason };
    });
    client.on('disconnect', () => this.#ended(this.#said ?? { code: BROKEN, reason: '' }));
    client.on('connect_error', (error) => {
      this.onerror?.(error);
      client.disconnect();
      this.#ended({ code: codeOf(error), reason: '' });
    });
  }

  #giveUp(): void {
    this.#client?.disconnect();
    this.#ended({ code: BROKEN, reason: '' });
  }

  #ended(event: { readonly code: number; readonly reason: string }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onclose?.(event);
  }
}

/** Why the server let nobody in: it says so in the answer to the first request (W63). */
function codeOf(error: unknown): number {
  const context: unknown = error instanceof Error && 'context' in error ? error.context : null;
  const text: unknown =
    typeof context === 'object' && context !== null && 'responseText' in context
      ? context.responseText
      : null;
  const isRefused = typeof text === 'string' && text.includes('"unauthenticated"');
  return isRefused ? CLOSE_CODES.unauthenticated.code : BROKEN;
}

function bytesOf(piece: Uint8Array | ArrayBuffer): Uint8Array {
  return piece instanceof ArrayBuffer ? new Uint8Array(piece) : piece;
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : 0;
}
