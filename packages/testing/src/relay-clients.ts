import {
  decodeServerMessage,
  decodeStockMessage,
  encodeAwareness,
  encodeClientMessage,
  encodeSyncStep1,
  encodeSyncStep2,
  encodeSyncUpdate,
  type ClientMessage,
  type Identity,
  type ServerMessage,
} from '@plenary/protocol';
import type { Inbound, Relay } from '@plenary/relay';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Doc, applyUpdate, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { FakeSocket } from './fake-socket.ts';

/** The words in a document's root text `text`. */
export function wordsOf(doc: Doc): string {
  return doc.getText('text').toJSON();
}

/** A person with defaults for everything but the id. */
export function anIdentity(personId: string, more: Partial<Identity> = {}): Identity {
  return { personId, name: `Name of ${personId}`, color: '#3b6ea5', via: 'password', ...more };
}

/**
 * A y-websocket client without a network: answers as the stock provider does, over a FakeSocket.
 * Frames from the relay are taken in their own turn, as from a real socket.
 */
export class FakeStockClient {
  readonly doc: Doc;
  readonly awareness: Awareness;
  readonly identity: Identity;
  #relay: Relay;
  readonly #chapterId: string;
  #socket: FakeSocket | null = null;
  #inbound: Inbound | null = null;

  constructor(
    relay: Relay,
    options: {
      readonly chapterId: string;
      readonly identity: Identity;
      readonly doc?: Doc;
      /** Presence of another client that it takes over, as a page that reconnects keeps it. */
      readonly awareness?: Awareness;
      readonly session?: string;
    },
  ) {
    this.#relay = relay;
    this.#chapterId = options.chapterId;
    this.identity = options.identity;
    this.doc = options.doc ?? new Doc();
    this.awareness = options.awareness ?? new Awareness(this.doc);
    // A state with the first clock is never shown to anybody (y-protocols).
    if (options.awareness === undefined) this.awareness.setLocalState({});
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.send(encodeSyncUpdate(update));
    });
    this.awareness.on(
      'update',
      (changes: { added: number[]; updated: number[]; removed: number[] }) => {
        const clients = [...changes.added, ...changes.updated, ...changes.removed];
        this.send(encodeAwareness(encodeAwarenessUpdate(this.awareness, clients)));
      },
    );
    this.connect(options.session);
  }

  get socket(): FakeSocket {
    if (this.#socket === null) throw new Error('not connected');
    return this.#socket;
  }

  get isConnected(): boolean {
    return this.#socket !== null;
  }

  /** The root text, as the tests use it. */
  get text(): string {
    return wordsOf(this.doc);
  }

  /** Connects with a new socket, as after a cut. */
  connect(session?: string): void {
    const socket = new FakeSocket();
    this.#socket = socket;
    socket.onFrame = (frame) => {
      queueMicrotask(() => {
        if (this.#socket === socket && !socket.stalled) this.#take(frame);
      });
    };
    socket.onClose = () => {
      if (this.#socket === socket) this.#dropSocket();
    };
    const { identity } = this;
    const client = { socket, identity, chapterId: this.#chapterId };
    const inbound = this.#relay.connectStock(
      session === undefined ? client : { ...client, session },
    );
    // A relay that takes nobody has closed the socket already.
    if (!socket.isOpen) return;
    this.#inbound = inbound;
    this.send(encodeSyncStep1(encodeStateVector(this.doc)));
    if (this.awareness.getLocalState() !== null) {
      const own = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
      this.send(encodeAwareness(own));
    }
  }

  /** Connects at another node from now on. */
  connectTo(relay: Relay): void {
    this.#relay = relay;
    this.connect();
  }

  /** The network is cut. */
  disconnect(): void {
    const inbound = this.#inbound;
    this.#dropSocket();
    inbound?.closed();
  }

  /** Sends a frame if connected. */
  send(frame: Uint8Array): void {
    this.#inbound?.message(frame, true);
  }

  /** Types at a place in the root text. */
  insert(at: number, words: string): void {
    this.doc.getText('text').insert(at, words);
  }

  remove(at: number, length: number): void {
    this.doc.getText('text').delete(at, length);
  }

  /** Takes the frames that came while the socket was stalled, and reads on. */
  readOn(taken: number): void {
    const socket = this.socket;
    socket.drain();
    for (const frame of socket.frames.slice(taken)) this.#take(frame);
  }

  #dropSocket(): void {
    this.#socket = null;
    this.#inbound = null;
  }

  #take(frame: Uint8Array): void {
    const message = decodeStockMessage(frame);
    switch (message.type) {
      case 'step1':
        this.send(encodeSyncStep2(encodeStateAsUpdate(this.doc, message.stateVector)));
        return;
      case 'step2':
      case 'update':
        applyUpdate(this.doc, message.bytes, this);
        return;
      case 'awareness':
        applyAwarenessUpdate(this.awareness, message.bytes, this);
        return;
      case 'query-awareness':
      case 'denied':
        return;
    }
  }
}

/** The other end of a `plenary.v1` socket: sends what a test says, keeps what comes. */
export class FakePlenaryClient {
  readonly socket = new FakeSocket();
  readonly #inbound: Inbound;

  constructor(relay: Relay, identity: Identity, session?: string) {
    const client = { socket: this.socket, identity };
    this.#inbound = relay.connectMultiplexed(
      session === undefined ? client : { ...client, session },
    );
  }

  /** Everything that came, oldest first. */
  get messages(): readonly ServerMessage[] {
    return this.socket.frames.map((frame) => decodeServerMessage(frame));
  }

  /** Those messages of one type that came, oldest first. */
  all<T extends ServerMessage['type']>(type: T): readonly Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter(
      (message): message is Extract<ServerMessage, { type: T }> => message.type === type,
    );
  }

  /** The last message of a type; throws when there is none. */
  last<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }> {
    const message = this.all(type).at(-1);
    if (message === undefined) throw new Error(`no ${type} came`);
    return message;
  }

  send(message: ClientMessage): void {
    this.#inbound.message(encodeClientMessage(message), true);
  }

  sendRaw(frame: Uint8Array, isBinary = true): void {
    this.#inbound.message(frame, isBinary);
  }

  /** Opens a chapter, from nothing unless told otherwise. */
  open(chapterId: string, more: Partial<Extract<ClientMessage, { type: 'open' }>> = {}): void {
    const fresh = { ref: 1, schemaVersion: 1, generation: '', position: 0 };
    this.send({ type: 'open', chapterId, ...fresh, ...more });
  }

  /** The network is cut. */
  disconnect(): void {
    this.#inbound.closed();
  }

  /** A document with all the text that came. */
  read(): Doc {
    const doc = new Doc();
    for (const message of this.messages) {
      if (message.type === 'state' || message.type === 'updates') applyUpdate(doc, message.bytes);
    }
    return doc;
  }
}
