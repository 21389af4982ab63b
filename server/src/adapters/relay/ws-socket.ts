import type { Inbound, Socket } from '@plenary/relay';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { OpenConnection } from './connection-stories.ts';
import { MAX_WHOLE_PAYLOAD_BYTES, wholeFrame } from './whole-frame.ts';

/** Longest reason a close frame can carry, in bytes (RFC 6455, section 5.5.1: 125 less the code). */
const MAX_REASON_BYTES = 123;

/** How long a socket that was told to close may take before it is ended (the far end may be gone). */
const CLOSE_TIMEOUT_MS = 5_000;

const SEND_OPTIONS = { binary: true, compress: false } as const;

/**
 * A WebSocket as the relay's Socket port. Frames sent to a socket that is closing or closed are
 * dropped: what they say is in the log. Errors of the connection end in `closed`.
 *
 * Small frames go to `connection`, the stream under the WebSocket, as one buffer made once for
 * everybody; `ws` would make a header for each socket and write two. The order holds because `ws`
 * without compression writes to the same stream at once. `story` counts them.
 */
export function toRelaySocket(
  webSocket: WebSocket,
  connection: Duplex,
  story: OpenConnection,
): Socket {
  return {
    story,
    send(frame) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      story.sentFrame(frame.byteLength);
      if (frame.byteLength <= MAX_WHOLE_PAYLOAD_BYTES) connection.write(wholeFrame(frame));
      else webSocket.send(frame, SEND_OPTIONS);
    },
    get bufferedBytes() {
      return webSocket.bufferedAmount;
    },
    close(code, reason) {
      story.closing(code);
      webSocket.close(code, fitReason(reason));
      const timer = setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS);
      timer.unref();
      webSocket.once('close', () => clearTimeout(timer));
    },
    terminate() {
      webSocket.terminate();
    },
  };
}

/** Hands what arrives on a WebSocket to the relay until it closes, and ends its story then. */
export function pipeToRelay(webSocket: WebSocket, inbound: Inbound, story: OpenConnection): void {
  webSocket.on('message', (data, isBinary) => {
    const frame = toBytes(data);
    story.tookFrame(frame.byteLength);
    inbound.message(frame, isBinary);
  });
  webSocket.once('close', (code) => {
    inbound.closed();
    story.closed(code);
  });
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function fitReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.byteLength <= MAX_REASON_BYTES) return reason;
  // `stream` leaves out a character that the cut went through.
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES), { stream: true });
}
