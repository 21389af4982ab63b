import type { RelayLimits } from './limits.ts';
import type { Socket } from './ports.ts';

/** Part of `slowReaderBytes` below which a reader counts as keeping up, whatever the next frame. */
const KEEPS_UP = 1 / 4;

/** Whether a reader keeps up: it has taken nearly everything it was sent. */
export function keepsUp(socket: Socket, limits: RelayLimits): boolean {
  return socket.bufferedBytes <= limits.slowReaderBytes * KEEPS_UP;
}

/**
 * Whether so many bytes are too much for a reader now: it lags, or would with them on top of what
 * waits already. One that keeps up takes a frame of any size.
 */
export function isTooMuch(socket: Socket, bytes: number, limits: RelayLimits): boolean {
  if (keepsUp(socket, limits)) return false;
  const waiting = socket.bufferedBytes;
  return waiting > limits.slowReaderBytes || waiting + bytes > limits.slowReaderMostBytes;
}
