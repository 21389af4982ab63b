import {
  CLOSE_CODES,
  MalformedFrameError,
  SCHEMA_VERSION,
  decodeClientMessage,
  encodeServerMessage,
  type ClientMessage,
  type CloseReason,
  type Identity,
  type ServerMessage,
} from '@plenary/protocol';
import { FROM_NOTHING } from './catch-up.ts';
import { Inbox } from './inbox.ts';
import { Member, type Link } from './member.ts';
import type { Socket } from './ports.ts';
import type { Room } from './room.ts';
import { failSession, type Session, type SessionPorts } from './session.ts';

type OpenMessage = Extract<ClientMessage, { type: 'open' }>;

/** One chapter open on the socket. */
interface OpenRoom {
  readonly ref: number;
  readonly room: Room;
  readonly member: Member;
}

/** A client of our own: several chapters on one socket (docs/spec/wire.md). */
export class PlenarySession implements Session {
  readonly identity: Identity;
  readonly session: string | undefined;
  readonly connectionId: string | undefined;
  readonly #ports: SessionPorts;
  readonly #socket: Socket;
  readonly #inbox: Inbox;
  readonly #open = new Map<number, OpenRoom>();
  /** Members on their way in, so that a socket that closes takes them along. */
  readonly #joining = new Set<Member>();
  #isClosed = false;

  constructor(
    client: { readonly socket: Socket; readonly identity: Identity; readonly session?: string },
    ports: SessionPorts,
  ) {
    this.identity = { ...client.identity };
    this.session = client.session;
    this.#socket = client.socket;
    this.connectionId = client.socket.story?.id;
    this.#ports = ports;
    this.#inbox = new Inbox(
      {
        handle: (frame) => this.#handle(frame),
        overflow: () => this.end('tooMany'),
        fail: (error) => failSession(this, error, ports.logger),
      },
      { ...ports, personRate: ports.personRateOf(client.identity.personId) },
    );
    this.#inbox.start();
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
    for (const member of this.#joining) member.hasLeft = true;
    for (const { room, member } of this.#open.values()) room.leave(member);
    this.#open.clear();
    this.#ports.onEnd(this);
  }

  end(reason: CloseReason): void {
    if (this.#isClosed) return;
    const { code, text } = CLOSE_CODES[reason];
    this.#ports.counts.ended[reason] += 1;
    this.closed();
    this.#socket.close(code, text);
  }

  #handle(frame: Uint8Array): void | Promise<void> {
    const message = decodeClientMessage(frame);
    switch (message.type) {
      case 'open':
        this.#enter(message).catch((error: unknown) => {
          const { connectionId } = this;
          this.#ports.logger.error({ err: error, connectionId }, 'a chapter could not be opened');
          this.#refuseOpen(message.ref, 'quarantined');
        });
        return;
      case 'close':
        this.#leave(message.room);
        return;
      case 'update':
        return this.#update(message);
      case 'presence': {
        const open = this.#open.get(message.room);
        open?.room.receivePresence(open.member, message.bytes);
        return;
      }
      case 'ping':
        // Whoever asks and does not read gets no more to read.
        if (this.#socket.bufferedBytes > this.#ports.limits.slowReaderBytes) return;
        this.#send({ type: 'pong', nonce: message.nonce });
        return;
    }
  }

  /** Opening does not hold up the messages of other chapters. */
  async #enter(message: OpenMessage): Promise<void> {
    const { registry, admission, limits } = this.#ports;
    const { ref } = message;
    if (this.#open.size + this.#joining.size >= limits.roomsPerSocket) {
      this.#refuseOpen(ref, 'tooMany');
      return;
    }
    const link = this.#createLink(ref);
    const isOlder = message.schemaVersion < SCHEMA_VERSION;
    const member = new Member(this.identity, link, isOlder ? 'schema' : null);
    this.#joining.add(member);
    try {
      const isLetIn = await admission.enter();
      if (this.#isClosed) return;
      if (!isLetIn) {
        this.#refuseOpen(ref, 'restarting');
        return;
      }
      const room = await registry.open(message.chapterId);
      if (this.#isClosed) return;
      if ('type' in room) {
        this.#refuseOpen(ref, room.reason);
        return;
      }
      this.#leave(room.number);
      const access = await room.join(member);
      if (this.#isClosed) {
        room.leave(member);
        return;
      }
      if (access.mode === 'none') {
        // What one may not know of answers like the unknown.
        this.#refuseOpen(ref, 'unknownChapter');
        return;
      }
      const { generation, position } = message;
      const isKnown = generation === '' || (await room.canResume(generation, position));
      if (this.#isClosed) {
        room.leave(member);
        return;
      }
      this.#admit(message, { room, member, isKnown });
    } finally {
      this.#joining.delete(member);
    }
  }

  #admit(
    message: OpenMessage,
    { room, member, isKnown }: { room: Room; member: Member; isKnown: boolean },
  ): void {
    const { ref, generation, position } = message;
    const isFresh = generation === '' || position === 0;
    if (!isKnown) {
      room.leave(member);
      this.#send({ type: 'stale', ref, generation: room.generation });
      return;
    }
    this.#leave(room.number);
    this.#open.set(room.number, { ref, room, member });
    room.audience.bringUp(member, isFresh ? FROM_NOTHING : position, (reached) => {
      this.#send({
        type: 'opened',
        ref,
        room: room.number,
        generation: room.generation,
        access: member.access,
        resumed: !isFresh,
        head: reached,
      });
      room.presence.welcome(member);
    });
  }

  #update({ room: number, seq, bytes }: Extract<ClientMessage, { type: 'update' }>) {
    const open = this.#open.get(number);
    // A room that has just been closed from here: its client is told by `closed`.
    if (open === undefined) return;
    if (!open.member.ledger.begin(seq))
      throw new MalformedFrameError(`update ${seq} comes out of order`);
    const isFullSync = open.member.askedAt !== null;
    return open.room.receive(open.member, { bytes, seq, isFullSync });
  }

  #leave(number: number): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    open.room.leave(open.member);
  }

  #refuseOpen(ref: number, reason: CloseReason): void {
    this.#ports.counts.ended[reason] += 1;
    this.#send({ type: 'closed', ref, room: 0, code: CLOSE_CODES[reason].code });
  }

  #send(message: ServerMessage): void {
    if (!this.#isClosed) this.#socket.send(encodeServerMessage(message));
  }

  /** What a room says to this client about the chapter it opened as `ref`. */
  #createLink(ref: number): Link {
    const numberOf = () => {
      for (const [number, open] of this.#open) if (open.ref === ref) return number;
      return null;
    };
    const send = (toMessage: (room: number) => ServerMessage) => {
      const room = numberOf();
      if (room !== null) this.#send(toMessage(room));
    };
    return {
      wire: 'plenary',
      socket: this.#socket,
      acknowledge: (seq, position) => send((room) => ({ type: 'ack', room, seq, position })),
      refuse: (seq, reason) => {
        this.#ports.counts.refused[reason] += 1;
        send((room) => ({ type: 'refused', room, seq, reason }));
      },
      accessChanged: (access) => send((room) => ({ type: 'access', room, access })),
      askFor: (stateVector) => send((room) => ({ type: 'missing', room, stateVector })),
      stale: (generation) => {
        const number = numberOf();
        if (number === null) return;
        this.#open.delete(number);
        this.#send({ type: 'stale', ref, generation });
      },
      end: (reason) => {
        const number = numberOf();
        if (number === null) return;
        this.#ports.counts.ended[reason] += 1;
        this.#leave(number);
        this.#send({ type: 'closed', ref, room: number, code: CLOSE_CODES[reason].code });
      },
    };
  }
}
