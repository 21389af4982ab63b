import {
  CLOSE_CODES,
  MAX_CLIENT_FRAME_BYTES,
  PieceJoiner,
  piecesOf,
  type PolledClientEvents,
  type PolledServerEvents,
} from '@plenary/protocol';
import type { Inbound, Socket } from '@plenary/relay';
import type { DefaultEventsMap, Namespace, Socket as IoSocket } from 'socket.io';
import type { OpenConnection } from '../adapters/relay/connection-stories.ts';
import type { SignedIn } from '../domain/sign-in/identify.ts';

/** The namespace that carries frames of our protocol. */
export type PolledNamespace = Namespace<
  PolledClientEvents,
  PolledServerEvents,
  DefaultEventsMap,
  { person: SignedIn }
>;

type PolledSocket = IoSocket<
  PolledClientEvents,
  PolledServerEvents,
  DefaultEventsMap,
  { person: SignedIn }
>;

/**
 * A connection of socket.io as the relay's Socket port. What waits for the client's next request
 * counts as buffered, and so does what the last request took until the next one comes: only then is
 *  * it is known to have arrived. `story` counts the frames.
 */
export function toPolledSocket(socket: PolledSocket, story: OpenConnection): Socket {
  let waiting = 0;
  let underWay = 0;
  // Compressing costs more than it saves for frames of some thirty bytes (R3).
  const line = socket.compress(false);
  socket.conn.on('flush', () => {
    underWay = waiting;
    waiting = 0;
  });
  return {
    story,
    send(frame) {
      if (!socket.connected) return;
      story.sentFrame(frame.byteLength);
      waiting += frame.byteLength;
      const pieces = piecesOf(frame);
      for (const piece of pieces.slice(0, -1)) line.emit('part', piece);
      line.emit('frame', pieces.at(-1)!);
    },
    get bufferedBytes() {
      return waiting + (socket.conn.transport.writable ? 0 : underWay);
    },
    close(code, reason) {
      story.closing(code);
      socket.emit('closed', code, reason);
      socket.disconnect(true);
    },
    terminate() {
      socket.conn.close(true);
    },
  };
}

/** Hands what arrives on a connection to the relay until it closes, and ends its story then. */
export function pipePolledToRelay(
  socket: PolledSocket,
  inbound: Inbound,
  story: OpenConnection,
): void {
  const joiner = new PieceJoiner(MAX_CLIENT_FRAME_BYTES);
  const refuse = ({ code, text }: { readonly code: number; readonly text: string }): void => {
    story.closing(code);
    socket.emit('closed', code, text);
    socket.disconnect(true);
  };
  socket.on('part', (piece: unknown) => {
    if (!(piece instanceof Uint8Array)) refuse(CLOSE_CODES.malformed);
    else if (!joiner.add(piece)) refuse(CLOSE_CODES.tooLarge);
  });
  socket.on('frame', (piece: unknown) => {
    if (typeof piece === 'string') return refuse(CLOSE_CODES.textFrame);
    if (!(piece instanceof Uint8Array)) return refuse(CLOSE_CODES.malformed);
    const frame = joiner.finish(piece);
    if (frame === null) return refuse(CLOSE_CODES.tooLarge);
    story.tookFrame(frame.byteLength);
    inbound.message(frame, true);
  });
  socket.once('disconnect', (reason) => {
    inbound.closed();
    story.closed(codeOfDisconnect(reason));
  });
}

/** The code a WebSocket would have ended with: the other side said goodbye, or was lost. */
export function codeOfDisconnect(reason: string): number {
  const isGoodbye = reason === 'client namespace disconnect' || reason === 'transport close';
  return isGoodbye ? GOING_AWAY : LOST;
}

/** Codes of RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
const LOST = 1006;
