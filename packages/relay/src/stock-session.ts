import {
  CLOSE_CODES,
  MalformedFrameError,
  decodeStockMessage,
  encodeSyncStep1,
  type Access,
  type CloseReason,
  type Identity,
  type RefusalReason,
} from '@plenary/protocol';
import { answerStep1, committedVector } from './difference.ts';
import { Inbox } from './inbox.ts';
import { Member, type Link } from './member.ts';
import type { Socket } from './ports.ts';
import type { Room } from './room.ts';
import { failSession, type Session, type SessionPorts } from './session.ts';

/** How a refusal ends a stock client: it has no message for one, and must not go on as if saved. */
const REFUSAL_CLOSES: Readonly<Record<RefusalReason, CloseReason | null>> = {
  'read-only': 'forbidden',
  frozen: 'forbidden',
  foreign: 'foreignEdit',
  'too-large': 'tooLarge',
  // It is asked for what is missing instead, and may still heal.
  'not-causal': null,
  'storage-full': 'storageFull',
  malformed: 'malformed',
};

/** A y-websocket client: one socket, one chapter. */
export class StockSession implements Session {
  readonly identity: Identity;
  readonly session: string | undefined;
  readonly connectionId: string | undefined;
  readonly #ports: SessionPorts;
  readonly #socket: Socket;
  readonly #inbox: Inbox;
  readonly #member: Member;
  #room: Room | null = null;
  #isClosed = false;

  constructor(
    client: {
      readonly socket: Socket;
      readonly identity: Identity;
      readonly chapterId: string;
      readonly session?: string;
    },
    ports: SessionPorts,
  ) {
    this.identity = { ...client.identity };
    this.session = client.session;
    this.#socket = client.socket;
    this.connectionId = client.socket.story?.id;
    this.#ports = ports;
    this.#member = new Member(this.identity, this.#createLink());
    this.#inbox = new Inbox(
      {
        handle: (frame) => this.#handle(frame),
        overflow: () => this.end('tooMany'),
        fail: (error) => failSession(this, error, ports.logger),
      },
      { ...ports, personRate: ports.personRateOf(client.identity.personId) },
    );
    this.#open(client.chapterId).catch((error: unknown) => {
      failSession(this, error, ports.logger);
    });
  }

  message(data: Uint8Array, isBinary: boolean): void {
    if (this.#isClosed) return;
    if (!isBinary) this.end('textFrame');
    else if (data.byteLength > this.#ports.limits.frameBytes) this.end('tooLarge');
    else this.#inbox.push(data);
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#inbox.close();
    this.#member.hasLeft = true;
    this.#room?.leave(this.#member);
    this.#ports.onEnd(this);
  }

  end(reason: CloseReason): void {
    if (this.#isClosed) return;
    const { code, text } = CLOSE_CODES[reason];
    this.#ports.counts.ended[reason] += 1;
    this.closed();
    this.#socket.close(code, text);
  }

  async #open(chapterId: string): Promise<void> {
    const isLetIn = await this.#ports.admission.enter();
    if (this.#isClosed) return;
    if (!isLetIn) {
      this.end('restarting');
      return;
    }
    const room = await this.#ports.registry.open(chapterId);
    if (this.#isClosed) return;
    if ('type' in room) {
      this.end(room.reason);
      return;
    }
    const access = await room.join(this.#member);
    if (this.#isClosed) {
      room.leave(this.#member);
      return;
    }
    if (access.mode === 'none') {
      // What one may not know of answers like the unknown.
      this.end('unknownChapter');
      return;
    }
    this.#room = room;
    room.audience.goLive(this.#member);
    this.#socket.send(encodeSyncStep1(committedVector(room)));
    room.presence.welcome(this.#member);
    this.#inbox.start();
  }

  #handle(frame: Uint8Array): void | Promise<void> {
    const room = this.#room;
    if (room === null) return;
    const message = decodeStockMessage(frame, this.#ports.limits.frameBytes);
    switch (message.type) {
      case 'step1':
        return this.#answer(room, message.stateVector);
      case 'step2':
        return room.receive(this.#member, { bytes: message.bytes, seq: 0, isFullSync: true });
      case 'update':
        return room.receive(this.#member, { bytes: message.bytes, seq: 0, isFullSync: false });
      case 'awareness':
        room.receivePresence(this.#member, message.bytes);
        return;
      case 'query-awareness':
        room.presence.welcome(this.#member);
        return;
      case 'denied':
        throw new MalformedFrameError('a client denies nothing');
    }
  }

  async #answer(room: Room, vector: Uint8Array): Promise<void> {
    const { limits } = this.#ports;
    while (this.#socket.bufferedBytes > limits.slowReaderBytes && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#ports.clock.after(LOOK_AGAIN_MS, resolve);
      });
    }
    const frames = await answerStep1(room, vector);
    if (this.#isClosed) return;
    for (const frame of frames) this.#socket.send(frame);
  }

  #createLink(): Link {
    const close = (reason: CloseReason) => this.end(reason);
    return {
      wire: 'stock',
      socket: this.#socket,
      // The echo is the acknowledgement.
      acknowledge: () => {},
      refuse: (_seq, reason) => {
        this.#ports.counts.refused[reason] += 1;
        const closes = REFUSAL_CLOSES[reason];
        if (closes !== null) close(closes);
      },
      // There is no message for it; the next edit finds out.
      accessChanged: (_access: Access) => {},
      askFor: (vector) => this.#socket.send(encodeSyncStep1(vector)),
      // It is told by the close that follows.
      stale: () => {},
      end: close,
    };
  }
}

/** How often a full socket is looked at before a large answer is put on it. */
const LOOK_AGAIN_MS = 250;
