import {
  decodeServerMessage,
  type Access,
  type Identity,
  type ServerMessage,
} from '@plenary/protocol';
import type { Relay } from '@plenary/relay';
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs';
import { FakePlenaryClient, wordsOf } from './relay-clients.ts';

interface Unsent {
  readonly bytes: Uint8Array;
  seq: number | null;
}

/**
 * A client of our own reduced to what the relay's promises are about: it resumes from its position,
 * keeps each edit until that is acknowledged, sends it again after a cut, and answers questions for
 * what is missing. It has no local copy and no drafts; a refusal it cannot repeat is kept in
 * `refusals` for the test to look at.
 */
export class FakeReplica {
  readonly doc: Doc;
  readonly refusals: ServerMessage[] = [];
  #relay: Relay;
  readonly #identity: Identity;
  readonly #chapterId: string;
  #client: FakePlenaryClient | null = null;
  #room: number | null = null;
  #access: Access = { mode: 'none' };
  #generation = '';
  #position = 0;
  #seq = 0;
  #unsent: Unsent[] = [];

  constructor(relay: Relay, chapterId: string, identity: Identity, doc = new Doc()) {
    this.doc = doc;
    this.#relay = relay;
    this.#chapterId = chapterId;
    this.#identity = identity;
    this.doc.on('update', (bytes: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      this.#unsent.push({ bytes, seq: null });
      this.#send();
    });
    this.connect();
  }

  get isConnected(): boolean {
    return this.#client !== null;
  }

  /** The socket, for a test that stalls it; throws when not connected. */
  get socket() {
    if (this.#client === null) throw new Error('not connected');
    return this.#client.socket;
  }

  get text(): string {
    return wordsOf(this.doc);
  }

  /** Edits that were not acknowledged yet. */
  get pending(): number {
    return this.#unsent.length;
  }

  /** Connects and resumes. */
  connect(): void {
    const client = new FakePlenaryClient(this.#relay, this.#identity);
    this.#client = client;
    client.socket.onFrame = (frame) => {
      queueMicrotask(() => {
        if (this.#client === client && !client.socket.stalled) this.#take(frame);
      });
    };
    client.socket.onClose = () => {
      if (this.#client === client) this.#drop();
    };
    this.#open(client);
  }

  /** Connects at another node from now on. */
  connectTo(relay: Relay): void {
    this.#relay = relay;
    this.connect();
  }

  /** The network is cut: what was on its way waits for the next connection. */
  disconnect(): void {
    const client = this.#client;
    this.#drop();
    client?.disconnect();
  }

  /** Reads on after a stall, with the frames that came since `taken` of them had. */
  readOn(taken: number): void {
    const { socket } = this;
    socket.drain();
    for (const frame of socket.frames.slice(taken)) this.#take(frame);
  }

  /** Starts over after a refusal, as our own client does once it has set the edit aside. */
  #openAgain(): void {
    if (this.#client === null || this.#room === null) return;
    for (const edit of this.#unsent) edit.seq = null;
    this.#client.send({ type: 'close', room: this.#room });
    this.#room = null;
    this.#open(this.#client);
  }

  #open(client: FakePlenaryClient): void {
    client.open(this.#chapterId, { generation: this.#generation, position: this.#position });
  }

  #drop(): void {
    this.#client = null;
    this.#room = null;
    for (const edit of this.#unsent) edit.seq = null;
  }

  #send(): void {
    if (this.#client === null || this.#room === null || this.#access.mode !== 'write') return;
    for (const edit of this.#unsent) {
      if (edit.seq !== null) continue;
      edit.seq = this.#seq += 1;
      this.#client.send({ type: 'update', room: this.#room, seq: edit.seq, bytes: edit.bytes });
    }
  }

  #take(frame: Uint8Array): void {
    const message = decodeServerMessage(frame);
    switch (message.type) {
      case 'opened':
        this.#room = message.room;
        this.#access = message.access;
        this.#generation = message.generation;
        if (!message.resumed) this.#position = 0;
        break;
      case 'state':
      case 'updates':
        if (message.type === 'updates' && message.from > this.#position) {
          throw new Error(`a gap: at ${this.#position}, sent from ${message.from}`);
        }
        applyUpdate(this.doc, message.bytes, this);
        this.#position = Math.max(this.#position, message.position);
        break;
      case 'ack':
        this.#unsent = this.#unsent.filter((edit) => edit.seq === null || edit.seq > message.seq);
        break;
      case 'refused':
        for (const edit of this.#unsent) if ((edit.seq ?? 0) >= message.seq) edit.seq = null;
        if (message.reason === 'storage-full') return;
        this.refusals.push(message);
        this.#openAgain();
        return;
      case 'access':
        this.#access = message.access;
        break;
      case 'missing':
        this.#unsent = [{ bytes: encodeStateAsUpdate(this.doc, message.stateVector), seq: null }];
        break;
      case 'closed':
        this.disconnect();
        return;
      case 'stale':
        this.refusals.push(message);
        return;
      case 'presence':
      case 'pong':
        return;
    }
    this.#send();
  }
}
