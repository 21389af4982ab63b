import {
  decodeServerMessage,
  encodeClientMessage,
  isRetryable,
  SUBPROTOCOL,
  type ClientMessage,
  type ServerMessage,
} from '@plenary/protocol';
import { delayBefore } from './backoff.ts';
import { Listeners } from './listeners.ts';
import type { Link, Receiver } from './link.ts';
import { LiveReplica } from './live-replica.ts';
import { shareReplica } from './replica-handle.ts';
import type { ConnectOptions, Connection, Replica, WebSocketLike } from './types.ts';

/** A ping goes out this often, so that the server hears from us and we from it. */
export const PING_INTERVAL_MS = 20_000;

/** A connection without any frame for this long after a ping is dead. */
export const PONG_DEADLINE_MS = 10_000;

/** After the device said that its network changed, the answer has to come sooner. */
export const NETWORK_CHANGE_DEADLINE_MS = 3_000;

/** An attempt to connect that has not succeeded by then is given up. */
export const CONNECT_DEADLINE_MS = 15_000;

/** A connection that lasted this long begins its next back-off from the shortest delay. */
export const STABLE_AFTER_MS = 10_000;

/** Code with which this client closes when it is done (RFC 6455). */
const NORMAL_CLOSURE = 1000;

/** Code with which this client closes a connection it does not understand or trust any more. */
const GIVEN_UP = 4000;

/** What a browser reports for a connection that broke (RFC 6455). */
const BROKEN = 1006;

interface Room {
  readonly replica: LiveReplica;
  users: number;
}

/**
 * Connects one person to a server and keeps the connection: attempts are repeated with back-off and
 * jitter until `close`, or until the server closes with a permanent code. Chapters may be opened at
 * once; without a network they come from the local copy.
 */
export function connect(options: ConnectOptions): Connection {
  return new LiveConnection(options);
}

class LiveConnection implements Connection, Link {
  readonly schemaVersion: number;
  status: Connection['status'] = 'connecting';
  closedCode: number | null = null;
  readonly #options: ConnectOptions;
  readonly #listeners = new Listeners();
  readonly #rooms = new Map<string, Room>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #byRef = new Map<number, Receiver>();
  readonly #byRoom = new Map<number, Receiver>();
  readonly #unsubscribe: () => void;
  #socket: WebSocketLike | null = null;
  #online = false;
  #ended = false;
  #refs = 0;
  #seqs = 0;
  #attempt = 0;
  #openedAt = 0;
  #cancelRetry: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #cancelPing: (() => void) | null = null;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.schemaVersion = options.schemaVersion;
    this.#unsubscribe =
      options.network?.subscribe((online) => {
        this.#networkChanged(online);
      }) ?? (() => {});
    this.#connect();
  }

  get online(): boolean {
    return this.#online;
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get wouldLose(): boolean {
    return [...this.#rooms.values()].some(({ replica }) => replica.wouldBeLost);
  }

  onStatus(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  open(chapterId: string): Replica {
    let room = this.#rooms.get(chapterId);
    if (room === undefined) {
      const { store, clock, random, prepare = () => {} } = this.#options;
      const after = this.#closing.get(chapterId) ?? Promise.resolve();
      const replica = new LiveReplica({
        chapterId,
        store,
        clock,
        random,
        prepare,
        link: this,
        after,
      });
      room = { replica, users: 0 };
      this.#rooms.set(chapterId, room);
      if (this.closedCode !== null) room.replica.closedForGood(this.closedCode);
    }
    room.users += 1;
    const shared = room;
    return shareReplica(room.replica, () => this.#leave(shared));
  }

  retry(): void {
    if (this.#ended) return;
    this.closedCode = null;
    this.#attempt = 0;
    for (const { replica } of this.#rooms.values()) replica.retry();
    if (this.#socket === null) this.#connect();
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#unsubscribe();
    for (const room of this.#rooms.values()) void this.#closeRoom(room);
    await Promise.all(this.#closing.values());
    this.#drop(NORMAL_CLOSURE);
    this.#listeners.clear();
  }

  claimRef(receiver: Receiver): number {
    this.#refs += 1;
    this.#byRef.set(this.#refs, receiver);
    return this.#refs;
  }

  nextSeq(): number {
    this.#seqs += 1;
    return this.#seqs;
  }

  send(message: ClientMessage): void {
    if (!this.#online) return;
    this.#socket?.send(encodeClientMessage(message) as Uint8Array<ArrayBuffer>);
  }

  #leave(room: Room): Promise<void> {
    room.users -= 1;
    if (room.users > 0) return Promise.resolve();
    if (!room.replica.isHeldHereOnly) return this.#closeRoom(room);
    // What the local copy would not take is in this page alone: it stays until the server has it.
    const stop = room.replica.changes.add(() => {
      if (room.users === 0 && room.replica.isHeldHereOnly) return;
      stop();
      if (room.users === 0) void this.#closeRoom(room);
    });
    return Promise.resolve();
  }

  #closeRoom({ replica }: Room): Promise<void> {
    const { chapterId } = replica;
    const closing = this.#closing.get(chapterId);
    if (this.#rooms.get(chapterId)?.replica !== replica) return closing ?? Promise.resolve();
    this.#rooms.delete(chapterId);
    const closed = replica.close().finally(() => {
      if (this.#closing.get(chapterId) === closed) this.#closing.delete(chapterId);
    });
    this.#closing.set(chapterId, closed);
    return closed;
  }

  #connect(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    let socket: WebSocketLike;
    try {
      socket = this.#options.openSocket(this.#options.url, SUBPROTOCOL);
    } catch {
      this.#setStatus('offline');
      this.#retryLater();
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    // Events of a socket that was given up must not touch its successor.
    const current = () => this.#socket === socket;
    socket.onopen = () => {
      if (current()) this.#opened();
    };
    socket.onmessage = ({ data }) => {
      if (current()) this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (current()) this.#lost(code);
    };
    socket.onerror = () => {};
    this.#expectBy(CONNECT_DEADLINE_MS);
  }

  #opened(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
    this.#online = true;
    this.#openedAt = this.#options.clock.now();
    this.#byRef.clear();
    this.#byRoom.clear();
    this.#pingLater();
    this.#setStatus('online');
    for (const { replica } of this.#rooms.values()) replica.online();
  }

  #receive(data: unknown): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
    let message: ServerMessage;
    try {
      message = decodeServerMessage(bytesOf(data));
    } catch {
      this.#giveUp();
      return;
    }
    this.#dispatch(message);
  }

  #dispatch(message: ServerMessage): void {
    switch (message.type) {
      case 'pong':
        return;
      case 'opened': {
        const replica = this.#byRef.get(message.ref);
        if (replica !== undefined) this.#byRoom.set(message.room, replica);
        replica?.receive(message);
        return;
      }
      case 'stale':
        this.#byRef.get(message.ref)?.receive(message);
        return;
      case 'closed':
        (this.#byRef.get(message.ref) ?? this.#byRoom.get(message.room))?.receive(message);
        return;
      case 'state':
      case 'updates':
      case 'ack':
      case 'refused':
      case 'access':
      case 'presence':
      case 'missing':
        this.#byRoom.get(message.room)?.receive(message);
    }
  }

  #lost(code: number): void {
    const lasted = this.#online && this.#options.clock.now() - this.#openedAt >= STABLE_AFTER_MS;
    if (lasted) this.#attempt = 0;
    this.#forgetSocket();
    if (this.#ended) return;
    if (isRetryable(code)) {
      this.#setStatus('offline');
      for (const { replica } of this.#rooms.values()) replica.offline();
      this.#retryLater();
      return;
    }
    this.closedCode = code;
    this.#setStatus('offline');
    for (const { replica } of this.#rooms.values()) replica.closedForGood(code);
  }

  #retryLater(): void {
    const { clock, random } = this.#options;
    const delay = delayBefore(this.#attempt, random);
    this.#attempt += 1;
    this.#cancelRetry = clock.after(delay, () => {
      this.#connect();
    });
  }

  #giveUp(): void {
    const socket = this.#socket;
    this.#lost(BROKEN);
    socket?.close(GIVEN_UP);
  }

  #drop(code: number): void {
    const socket = this.#socket;
    this.#forgetSocket();
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    socket?.close(code);
  }

  #forgetSocket(): void {
    this.#socket = null;
    this.#online = false;
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
    this.#cancelPing?.();
    this.#cancelPing = null;
  }

  #networkChanged(online: boolean): void {
    if (this.#ended || this.closedCode !== null) return;
    if (this.#socket === null) {
      if (!online) return;
      this.#attempt = 0;
      this.#connect();
    } else if (this.#online) {
      this.#ping(NETWORK_CHANGE_DEADLINE_MS);
    }
  }

  #pingLater(): void {
    this.#cancelPing = this.#options.clock.after(PING_INTERVAL_MS, () => {
      this.#ping(PONG_DEADLINE_MS);
      this.#pingLater();
    });
  }

  #ping(deadline: number): void {
    this.send({ type: 'ping', nonce: this.#options.clock.now() });
    this.#expectBy(deadline);
  }

  /** Whatever arrives first ends the deadline; else the connection is given up. */
  #expectBy(ms: number): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = this.#options.clock.after(ms, () => {
      this.#giveUp();
    });
  }

  #setStatus(status: Connection['status']): void {
    if (this.status === status) return;
    this.status = status;
    this.#listeners.emit();
  }
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Uint8Array) return data;
  throw new TypeError('a text frame');
}
