import type { CloseReason } from '@plenary/protocol';
import { CatchUp, type CatchUpHost } from './catch-up.ts';
import { isTooMuch } from './slow-readers.ts';
import type { Member } from './member.ts';
import type { RoomPorts } from './room-ports.ts';
import { SharedFrame } from './shared-frame.ts';

/**
 * Everybody in one room, and what is sent to all of them. A member is behind, or it has been sent
 * everything up to the room's head.
 */
export class Audience {
  readonly #host: CatchUpHost;
  readonly #ports: RoomPorts;
  readonly #catchUp: CatchUp;
  readonly #members = new Set<Member>();

  constructor(host: CatchUpHost, ports: RoomPorts) {
    this.#host = host;
    this.#ports = ports;
    this.#catchUp = new CatchUp(host, ports.clock, ports.limits);
  }

  get members(): ReadonlySet<Member> {
    return this.#members;
  }

  /** Takes a member in; until it is brought up or goes live it gets no text. */
  add(member: Member): void {
    this.#members.add(member);
  }

  remove(member: Member): void {
    member.hasLeft = true;
    this.#members.delete(member);
    this.#catchUp.forget(member);
  }

  /** Marks a member as having everything up to the head, which it gets by other means. */
  goLive(member: Member): void {
    member.position = this.#host.head();
    member.isBehind = false;
  }

  /**
   * Sends a member everything after `position`, then keeps it up to date. `opening` is said first,
   * with the position that what follows will reach.
   */
  bringUp(member: Member, position: number, opening: (reached: number) => void): void {
    member.position = position;
    this.#catchUp.start(member, opening);
  }

  /** Brings everybody up from where they are, after the room has been read again. */
  bringAllUp(): void {
    for (const member of this.#members) if (!member.isBehind) this.#catchUp.start(member);
  }

  /** Sends what was committed since `from`, as one frame, to all who had everything up to there. */
  tellText(from: number, bytes: Uint8Array): void {
    const position = this.#host.head();
    const { number: room } = this.#host;
    const frame = new SharedFrame({ type: 'updates', room, from, position, bytes });
    for (const member of this.#members) {
      if (member.isBehind) continue;
      const { socket, wire } = member.link;
      if (isTooMuch(socket, bytes.byteLength, this.#ports.limits)) {
        this.#ports.counts.slowReaders += 1;
        socket.story?.tell({ type: 'slow', chapterId: member.chapterId });
        this.#catchUp.start(member);
        continue;
      }
      socket.send(frame.on(wire));
      member.position = position;
    }
  }

  /** Sends presence to all who can take it at once. */
  tellPresence(bytes: Uint8Array): void {
    const frame = this.#presenceFrame(bytes);
    const { counts, limits } = this.#ports;
    counts.presenceFrames += 1;
    for (const { link } of this.#members) {
      if (link.socket.bufferedBytes > limits.presenceBacklogBytes) counts.presenceLeftOut += 1;
      else link.socket.send(frame.on(link.wire));
    }
  }

  /** Sends presence to one member, unless it does not read: it would be asked for again and again. */
  sendPresence(member: Member, bytes: Uint8Array): void {
    if (member.link.socket.bufferedBytes > this.#ports.limits.slowReaderBytes) return;
    member.send(this.#presenceFrame(bytes));
  }

  /** Tells everybody that the room has another history now. */
  tellStale(generation: string): void {
    for (const member of this.#members) member.link.stale(generation);
  }

  /** Ends the room for everybody. */
  end(reason: CloseReason): void {
    this.#catchUp.close();
    for (const member of this.#members) {
      member.hasLeft = true;
      const { chapterId } = member;
      member.link.socket.story?.tell({ type: 'put-out', chapterId, reason });
      member.link.end(reason);
    }
    this.#members.clear();
  }

  #presenceFrame(bytes: Uint8Array): SharedFrame {
    return new SharedFrame({ type: 'presence', room: this.#host.number, bytes });
  }
}
