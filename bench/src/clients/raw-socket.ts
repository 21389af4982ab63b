import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';

/*
 * A WebSocket client with nothing in it but what a benchmark needs, because a full one would be
 * busier than the servers under test: one handshake, binary frames out, whole messages in. Frames
 * are masked with a key of zeros, which the protocol allows and which leaves the payload as it is.
 */

/** Where a socket goes: loopback only. */
export type Endpoint = {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** What happens on a raw socket. The payload lies in `chunk` from `start` to `end`. */
export type RawListener = {
  opened(): void;
  message(chunk: Buffer, start: number, end: number): void;
  closed(reason: string): void;
};

/** An open or opening socket. */
export type RawSocket = {
  send(payload: Uint8Array): void;
  /** Reads nothing from the connection until `resume`. */
  pause(): void;
  resume(): void;
  /** Bytes of the whole connection so far, both ways, handshake and frame heads included. */
  bytes(): { readonly received: number; readonly sent: number };
  /** Ends the connection at once, without a closing handshake. */
  end(): void;
};

const OPCODE_CONTINUATION = 0;
const OPCODE_BINARY = 2;
const OPCODE_CLOSE = 8;
const OPCODE_PING = 9;
const OPCODE_PONG = 10;
const HEADERS_END = Buffer.from('\r\n\r\n');

/** Opens a WebSocket to a server on this machine. */
export function openRawSocket(endpoint: Endpoint, listener: RawListener): RawSocket {
  const socket = connect({ port: endpoint.port, host: '127.0.0.1', noDelay: true });
  let upgraded = false;
  let rest: Buffer = Buffer.alloc(0);
  socket.on('connect', () => socket.write(handshake(endpoint)));
  socket.on('data', (data: Buffer) => {
    let chunk: Buffer = rest.length === 0 ? data : Buffer.concat([rest, data]);
    rest = Buffer.alloc(0);
    if (!upgraded) {
      const end = chunk.indexOf(HEADERS_END);
      if (end < 0) {
        rest = chunk;
        return;
      }
      const status = chunk.toString('latin1', 0, chunk.indexOf('\r\n'));
      if (!status.includes(' 101 ')) {
        socket.destroy();
        listener.closed(status);
        return;
      }
      upgraded = true;
      chunk = chunk.subarray(end + HEADERS_END.length);
      listener.opened();
    }
    const used = readFrames(chunk, socket, listener);
    if (used < chunk.length) rest = chunk.subarray(used);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => listener.closed('closed'));
  return {
    send: (payload) => {
      socket.write(frame(OPCODE_BINARY, payload));
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    bytes: () => ({ received: socket.bytesRead, sent: socket.bytesWritten }),
    end: () => socket.destroy(),
  };
}

/** Hands every whole frame to the listener; returns how many bytes were used. */
function readFrames(chunk: Buffer, socket: Socket, listener: RawListener): number {
  let at = 0;
  while (chunk.length - at >= 2) {
    const opcode = chunk[at]! & 0x0f;
    const final = (chunk[at]! & 0x80) !== 0;
    let length = chunk[at + 1]! & 0x7f;
    let start = at + 2;
    if (length === 126) {
      if (chunk.length < at + 4) return at;
      length = chunk.readUInt16BE(at + 2);
      start = at + 4;
    } else if (length === 127) {
      if (chunk.length < at + 10) return at;
      length = Number(chunk.readBigUInt64BE(at + 2));
      start = at + 10;
    }
    const end = start + length;
    if (chunk.length < end) return at;
    if (!final || opcode === OPCODE_CONTINUATION) throw new Error('a server fragmented a message');
    if (opcode === OPCODE_BINARY) listener.message(chunk, start, end);
    else if (opcode === OPCODE_PING) socket.write(frame(OPCODE_PONG, chunk.subarray(start, end)));
    else if (opcode === OPCODE_CLOSE) {
      const code = length >= 2 ? chunk.readUInt16BE(start) : 1005;
      socket.destroy(new Error(`closed with ${code}`));
      return chunk.length;
    }
    at = end;
  }
  return at;
}

function frame(opcode: number, payload: Uint8Array): Buffer {
  const extended = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const head = 2 + extended + 4;
  const bytes = Buffer.alloc(head + payload.length);
  bytes[0] = 0x80 | opcode;
  if (extended === 0) bytes[1] = 0x80 | payload.length;
  else if (extended === 2) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(payload.length, 2);
  } else {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  bytes.set(payload, head);
  return bytes;
}

function handshake(endpoint: Endpoint): string {
  const headers = {
    Host: `127.0.0.1:${endpoint.port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...endpoint.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `GET ${endpoint.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
