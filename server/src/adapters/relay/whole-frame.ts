/** First byte of a frame that is a whole binary message (RFC 6455, section 5.2: FIN and opcode 2). */
const FINAL_BINARY = 0x82;

/** Longest payload whose length fits the second byte, and the mark of a two-byte length after it. */
const SHORT_PAYLOAD = 125;
const TWO_BYTE_LENGTH = 126;

/** Payloads up to here are worth one copy, so that each socket needs one buffer and one write. */
export const MAX_WHOLE_PAYLOAD_BYTES = 16 * 1024;

const frames = new WeakMap<Uint8Array, Buffer>();

/**
 * A payload of at most `MAX_WHOLE_PAYLOAD_BYTES` as the WebSocket frame a server sends, header and
 * all, made once however many sockets it goes to: a flush of a room is one buffer for everybody
 * (R3), down to the kernel. The payload must not change afterwards.
 */
export function wholeFrame(payload: Uint8Array): Buffer {
  const known = frames.get(payload);
  if (known !== undefined) return known;
  const { byteLength } = payload;
  const headerLength = byteLength <= SHORT_PAYLOAD ? 2 : 4;
  const frame = Buffer.allocUnsafeSlow(headerLength + byteLength);
  frame[0] = FINAL_BINARY;
  if (byteLength <= SHORT_PAYLOAD) {
    frame[1] = byteLength;
  } else {
    frame[1] = TWO_BYTE_LENGTH;
    frame.writeUInt16BE(byteLength, 2);
  }
  frame.set(payload, headerLength);
  frames.set(payload, frame);
  return frame;
}
