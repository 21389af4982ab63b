import {
  encodeAwareness,
  encodeServerMessage,
  encodeSyncStep2,
  encodeSyncUpdate,
  type ServerMessage,
} from '@plenary/protocol';

/** The two protocols a socket may speak. */
export type Wire = 'stock' | 'plenary';

/** Messages that go to many sockets alike. */
export type SharedMessage = Extract<ServerMessage, { type: 'state' | 'updates' | 'presence' }>;

/**
 * One message for many sockets: encoded at most once for each protocol, when first asked for, and
 * then the same buffer for everybody (R3).
 */
export class SharedFrame<M extends SharedMessage = SharedMessage> {
  readonly message: M;
  #stock: Uint8Array | null = null;
  #plenary: Uint8Array | null = null;

  constructor(message: M) {
    this.message = message;
  }

  /** The frame in one protocol. It is shared: it must not be changed. */
  on(wire: Wire): Uint8Array {
    if (wire === 'stock') return (this.#stock ??= encodeStock(this.message));
    return (this.#plenary ??= encodeServerMessage(this.message));
  }

  /** Bytes the encoded frames take. */
  get heldBytes(): number {
    return (this.#stock?.byteLength ?? 0) + (this.#plenary?.byteLength ?? 0);
  }
}

export type StateMessage = Extract<ServerMessage, { type: 'state' }>;
export type UpdatesMessage = Extract<ServerMessage, { type: 'updates' }>;
export type PresenceMessage = Extract<ServerMessage, { type: 'presence' }>;

/** A frame that brings a room's text forward. */
export type TextFrame = SharedFrame<StateMessage> | SharedFrame<UpdatesMessage>;

function encodeStock(message: SharedMessage): Uint8Array {
  return STOCK_ENCODERS[message.type](message.bytes);
}

const STOCK_ENCODERS: Readonly<Record<SharedMessage['type'], (bytes: Uint8Array) => Uint8Array>> = {
  state: encodeSyncStep2,
  updates: encodeSyncUpdate,
  presence: encodeAwareness,
};
