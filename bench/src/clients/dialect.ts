import * as encoding from 'lib0/encoding';

/** How a server speaks: the plain y-websocket protocol, or Hocuspocus's frames around it. */
export type DialectName = 'y-websocket' | 'hocuspocus';

/** What a frame from a server is, as far as a benchmark cares. */
export type FrameKind = 'step1' | 'step2' | 'update' | 'other';

/** Writes and recognises the frames of one room in one dialect. */
export type Dialect = {
  /** What a client says first: who it is (Hocuspocus asks in-band) and that it has nothing. */
  readonly hello: readonly Uint8Array[];
  /** Answer to a server's step 1: nothing the server lacks. */
  readonly nothing: Uint8Array;
  update(bytes: Uint8Array): Uint8Array;
  /** What a client shows of itself: a y-protocols awareness update. */
  presence(bytes: Uint8Array): Uint8Array;
  kind(chunk: Buffer, start: number): FrameKind;
  /** Where the Yjs bytes of a step 2 or an update begin: after the length in front of them. */
  body(chunk: Buffer, start: number, end: number): Uint8Array;
};

const MESSAGE_SYNC = 0;
const MESSAGE_AWARENESS = 1;
const MESSAGE_AUTH = 2;
const MESSAGE_SYNC_REPLY = 4;
const AUTH_TOKEN = 0;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
/** A state vector, or an update, with nothing in it. */
const EMPTY_VECTOR = Uint8Array.of(0);
const EMPTY_UPDATE = Uint8Array.of(0, 0);

/**
 * Builds the dialect for one room; `room` matters to Hocuspocus only, whose frames repeat it. The
 * client says it has what the state vector names: by default nothing.
 */
export function dialectFor(
  name: DialectName,
  room: string,
  vector: Uint8Array = EMPTY_VECTOR,
): Dialect {
  const prefix = name === 'hocuspocus' ? encode((to) => encoding.writeVarString(to, room)) : EMPTY;
  const sync = (step: number, bytes: Uint8Array): Uint8Array =>
    encode((to) => {
      encoding.writeUint8Array(to, prefix);
      encoding.writeVarUint(to, MESSAGE_SYNC);
      encoding.writeVarUint(to, step);
      encoding.writeVarUint8Array(to, bytes);
    });
  const step1 = sync(STEP_1, vector);
  return {
    hello: name === 'hocuspocus' ? [signIn(prefix), step1] : [step1],
    nothing: sync(STEP_2, EMPTY_UPDATE),
    update: (bytes) => sync(UPDATE, bytes),
    presence: (bytes) =>
      encode((to) => {
        encoding.writeUint8Array(to, prefix);
        encoding.writeVarUint(to, MESSAGE_AWARENESS);
        encoding.writeVarUint8Array(to, bytes);
      }),
    kind: (chunk, start) => {
      const type = chunk[start + prefix.length];
      if (type !== MESSAGE_SYNC && !(type === MESSAGE_SYNC_REPLY && prefix.length > 0)) {
        return 'other';
      }
      return KINDS[chunk[start + prefix.length + 1]!] ?? 'other';
    },
    body: (chunk, start, end) => {
      let at = start + prefix.length + 2;
      while ((chunk[at]! & 0x80) !== 0) at += 1;
      return chunk.subarray(at + 1, end);
    },
  };
}

const EMPTY = new Uint8Array(0);
const KINDS: readonly FrameKind[] = ['step1', 'step2', 'update'];

function signIn(prefix: Uint8Array): Uint8Array {
  return encode((to) => {
    encoding.writeUint8Array(to, prefix);
    encoding.writeVarUint(to, MESSAGE_AUTH);
    encoding.writeVarUint(to, AUTH_TOKEN);
    encoding.writeVarString(to, 'bench');
  });
}

function encode(write: (to: encoding.Encoder) => void): Uint8Array {
  const to = encoding.createEncoder();
  write(to);
  return encoding.toUint8Array(to);
}
