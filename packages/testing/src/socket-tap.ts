import type { RawData } from 'ws';

/** Sees what goes over a client's sockets, before the client does. */
export interface SocketTap {
  received?(frame: Uint8Array): void;
  sent?(frame: Uint8Array): void;
  /** A socket has closed; 1005 or 1006 when no code was given. */
  closed?(code: number): void;
}

/** The bytes of a message of `ws`, whichever form its socket was asked to give them in. */
export function frameOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
