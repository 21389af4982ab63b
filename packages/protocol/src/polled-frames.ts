/** Namespace of socket.io that carries frames of `plenary.v1` where WebSockets are refused. */
export const POLLED_NAMESPACE = '/collab';

/**
 * Largest piece of a frame in one message, in bytes. As text in an HTTP request it is a third larger;
 * proxies commonly allow a megabyte.
 */
export const MAX_PIECE_BYTES = 256 * 1024;

/** What a client sends in the namespace. */
export interface PolledClientEvents {
  /** A piece of a frame; more of it follows. */
  part: (piece: Uint8Array) => void;
  /** A frame, or the last piece of one. */
  frame: (piece: Uint8Array) => void;
}

/** What the server sends in it. */
export interface PolledServerEvents extends PolledClientEvents {
  /** Why the connection closes next, with a code from the table of close codes. */
  closed: (code: number, reason: string) => void;
}

/** A frame cut into pieces that fit one message each; the last may be empty only for an empty frame. */
export function piecesOf(frame: Uint8Array): Uint8Array[] {
  if (frame.byteLength <= MAX_PIECE_BYTES) return [frame];
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < frame.byteLength; from += MAX_PIECE_BYTES) {
    pieces.push(frame.subarray(from, from + MAX_PIECE_BYTES));
  }
  return pieces;
}

/** Puts the pieces of frames together again. */
export class PieceJoiner {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  /** `maxBytes` bounds a whole frame. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes a piece that is not the last. False when the frame has become too large. */
  add(piece: Uint8Array): boolean {
    this.#size += piece.byteLength;
    if (this.#size > this.#maxBytes) {
      this.#parts = [];
      return false;
    }
    this.#parts.push(piece);
    return true;
  }

  /** Takes the last piece and gives the whole frame; null when it is too large. */
  finish(piece: Uint8Array): Uint8Array | null {
    if (this.#parts.length === 0 && piece.byteLength <= this.#maxBytes) return piece;
    if (!this.add(piece)) return null;
    const frame = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      frame.set(part, at);
      at += part.byteLength;
    }
    this.#parts = [];
    this.#size = 0;
    return frame;
  }
}
