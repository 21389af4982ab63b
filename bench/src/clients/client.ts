import { dialectFor, type Dialect, type DialectName } from './dialect.ts';
import { openRawSocket, type Endpoint, type RawSocket } from './raw-socket.ts';

/** A room on a server, in a form that can be sent to another process. */
export type Target = Endpoint & { readonly dialect: DialectName; readonly room: string };

/** A client in a room. */
export type Client = {
  readonly dialect: Dialect;
  send(frame: Uint8Array): void;
  /** Bytes of its whole connection so far, handshake included. */
  bytes(): { readonly received: number; readonly sent: number };
  /** Reads nothing from now on, as a stalled network does; until `resume`. */
  pause(): void;
  resume(): void;
  end(): void;
};

/** What a client may want to see of what it receives. */
export type ClientListener = {
  /** Everything the room held has arrived: the Yjs bytes of the server's step 2. */
  synced?(state: Uint8Array): void;
  /** A frame with updates made since. */
  update?(chunk: Buffer, start: number, end: number): void;
  /** The server ended the connection after it was open; without this listener that throws. */
  lost?(): void;
  /** Any other frame, such as presence. */
  other?(chunk: Buffer, start: number, end: number): void;
};

const CONNECT_TIMEOUT_MS = 60_000;

/**
 * Opens a client that has what `vector` names, by default nothing, and waits until the server has answered with the room's state. Rejects when the
 * socket closes or a minute passes before that; a close after it throws, since a benchmark that
 * lost a client has measured something else.
 */
export function openClient(
  target: Target,
  listener: ClientListener,
  vector?: Uint8Array,
): Promise<Client> {
  const dialect = dialectFor(target.dialect, target.room, vector);
  return new Promise((resolve, reject) => {
    let state: 'opening' | 'open' | 'ended' = 'opening';
    const timer = setTimeout(() => fail('no answer within a minute'), CONNECT_TIMEOUT_MS);
    const client: Client = {
      dialect,
      send: (frame) => socket.send(frame),
      bytes: () => socket.bytes(),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      end: () => {
        state = 'ended';
        socket.end();
      },
    };
    const fail = (reason: string): void => {
      clearTimeout(timer);
      if (state === 'ended') return;
      const error = new Error(`a client was ended: ${reason}`);
      const wasOpen = state === 'open';
      state = 'ended';
      socket.end();
      if (!wasOpen) reject(error);
      else if (listener.lost === undefined) throw error;
      else listener.lost();
    };
    const socket: RawSocket = openRawSocket(target, {
      opened: () => dialect.hello.forEach((frame) => socket.send(frame)),
      message: (chunk, start, end) => {
        const kind = dialect.kind(chunk, start);
        if (kind === 'step1') socket.send(dialect.nothing);
        else if (kind === 'other') listener.other?.(chunk, start, end);
        else if (kind === 'step2' && state === 'opening') {
          state = 'open';
          clearTimeout(timer);
          listener.synced?.(dialect.body(chunk, start, end));
          resolve(client);
        } else listener.update?.(chunk, start, end);
      },
      closed: fail,
    });
  });
}

/** Opens many clients, `atOnce` handshakes under way at a time. */
export async function openClients(
  count: number,
  atOnce: number,
  open: (index: number) => Promise<Client>,
): Promise<readonly Client[]> {
  const clients: Client[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      clients[index] = await open(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return clients;
}
