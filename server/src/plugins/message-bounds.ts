import { MAX_PIECE_BYTES, POLLED_NAMESPACE } from '@plenary/protocol';
import type { Socket } from 'socket.io';

/** Largest text of a client: the name of what it watches, or the announcement of a frame. */
const MAX_TEXT_BYTES = 8 * 1024;

/** Largest payload of one request: a few pieces of a frame as text. */
export const MAX_REQUEST_BYTES: number = 1024 * 1024;

/**
 * Clients fill requests up to that by an estimate that is a quarter of a percent low (base64 makes
 * 4 bytes of 3, they reckon with 1.33): so much more is taken.
 */
const ESTIMATE_ERROR = 1.01;

/** How a message begins that announces bytes for the namespace of frames. */
const ANNOUNCES_FRAME = new RegExp(`^5\\d+-${POLLED_NAMESPACE},`);

/**
 * Ends a connection that sends more than its messages need: the engine has one bound for all
 * namespaces, and only frames may be large.
 */
export function boundMessages(connection: Socket['conn']): void {
  const { transport } = connection;
  if ('maxHttpBufferSize' in transport) {
    transport.maxHttpBufferSize = MAX_REQUEST_BYTES * ESTIMATE_ERROR;
  }
  let awaitsFrame = false;
  connection.on('packet', ({ type, data }) => {
    if (type !== 'message') return;
    if (typeof data === 'string') {
      awaitsFrame = ANNOUNCES_FRAME.test(data);
      if (data.length > MAX_TEXT_BYTES) connection.close(true);
    } else if (!awaitsFrame || sizeOf(data) > MAX_PIECE_BYTES) {
      connection.close(true);
    }
  });
}

function sizeOf(data: unknown): number {
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : Infinity;
}
