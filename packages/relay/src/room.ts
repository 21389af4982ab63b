import type { Access, CloseReason } from '@plenary/protocol';
import { Audience } from './audience.ts';
import type { WatchedRoom } from './heads-watch.ts';
import { Intake } from './intake.ts';
import type { LoadedRoom } from './load-room.ts';
import type { Member } from './member.ts';
import type { LogRow } from './ports.ts';
import { Presence } from './presence.ts';
import type { RoomCore } from './room-core.ts';
import { RoomDriver } from './room-driver.ts';
import { RoomJudging } from './room-judging.ts';
import { decodeRoomNews, encodeRoomNews, type RoomNews } from './room-news.ts';
import type { RoomPorts } from './room-ports.ts';
import { RoomRights } from './room-rights.ts';
import { RoomState } from './room-state.ts';
import type { RoomText } from './room-text.ts';
import { RoomUpkeep } from './room-upkeep.ts';
import { Timers } from './timers.ts';
import { WaitingUpdates, type IncomingUpdate } from './waiting-updates.ts';
import type { StateVector } from './yjs-bytes.ts';

/**
 * One open chapter: its members, what they send and what they are told.
 *
 * Edits come in at any time and are judged at once; everything that changes the committed text goes
 * through the driver. Invariants:
 * 1. A frame with text is sent only for what the log has committed (R1).
 * 2. `head` is the position of the last row whose text is in `text` and in the committed holdings.
 * 3. While rights are unknown or the room is being read again, edits wait unjudged (R6).
 */
export class Room implements RoomCore, WatchedRoom {
  readonly chapterId: string;
  readonly number: number;
  readonly generation: string;
  readonly ports: RoomPorts;
  readonly timers: Timers;
  readonly state: RoomState;
  readonly rights: RoomRights;
  readonly upkeep: RoomUpkeep;
  readonly intake: Intake;
  readonly audience: Audience;
  readonly presence: Presence;
  readonly waiting = new WaitingUpdates();
  readonly #driver: RoomDriver;
  readonly #judging: RoomJudging;
  readonly #stopListening: (() => void) | undefined;
  #joining = 0;
  /** When somebody was last in here, by the clock. */
  lastUsedAt: number;

  constructor(
    chapter: { readonly id: string; readonly number: number },
    loaded: LoadedRoom,
    ports: RoomPorts,
  ) {
    this.chapterId = chapter.id;
    this.number = chapter.number;
    this.generation = loaded.generation;
    this.ports = ports;
    this.state = new RoomState(loaded, ports.clock.now());
    this.lastUsedAt = ports.clock.now();
    this.timers = new Timers(ports.clock);
    this.rights = new RoomRights(
      {
        chapterId: this.chapterId,
        timers: this.timers,
        expel: (member) => this.#expel(member),
        wake: () => this.#driver.wake(),
      },
      ports,
    );
    this.upkeep = new RoomUpkeep(
      {
        chapterId: this.chapterId,
        generation: this.generation,
        state: this.state,
        holdings: () => this.intake.holdings,
      },
      ports,
    );
    this.intake = new Intake(
      loaded.holdings,
      {
        head: () => this.head,
        impliedPosition: () => this.upkeep.impliedPosition,
        readLog: () => this.#driver.readLog(),
        cut: (edit, parts) => this.#judging.cut(edit, parts),
        learnImplied: (position) => this.upkeep.learnImplied(position),
        mayJudge: () => this.#judging.mayJudge,
        wake: () => this.#driver.wake(),
        guard: (action) => this.#guard(action),
      },
      ports,
    );
    this.audience = new Audience(
      {
        number: this.number,
        head: () => this.head,
        text: () => this.text,
        readAfter: (position) => this.#readAfter(position),
        tooSlow: (member) => this.#putOut(member, 'slow'),
        fail: (error) => this.fail(error),
      },
      ports,
    );
    this.presence = new Presence(
      {
        memberCount: () => this.audience.members.size,
        ownerOf: (client) => this.intake.holdings.ownerOf(client),
        broadcast: (bytes) => this.audience.tellPresence(bytes),
        sendTo: (member, bytes) => this.audience.sendPresence(member, bytes),
        tell: (news) => ports.bus?.publish(this.chapterId, encodeRoomNews(news)),
      },
      ports,
    );
    this.#judging = new RoomJudging(this);
    this.#driver = new RoomDriver(this);
    this.#beat();
    this.#stopListening = ports.bus?.listen(this.chapterId, (bytes) => {
      void this.#guard(() => this.#hear(bytes));
    });
  }

  get head(): number {
    return this.state.head;
  }

  get text(): RoomText {
    return this.state.text;
  }

  /** State vector of the stored state alone. */
  get stateVector(): StateVector {
    return this.state.stateVector;
  }

  get isOver(): boolean {
    return this.state.isOver;
  }

  /** Whether it is committing or about to. */
  get isBusy(): boolean {
    return this.#driver.isDriving || this.intake.hasUncommitted;
  }

  /** Whether nobody is here and nothing is under way. */
  get isIdle(): boolean {
    return this.audience.members.size + this.#joining === 0 && !this.isBusy;
  }

  /** Estimate of the memory the room takes, in bytes. */
  get heldBytes(): number {
    const { holdings, parkedBytes } = this.intake;
    return this.text.heldBytes + holdings.estimatedBytes + parkedBytes + this.waiting.bytes;
  }

  /**
   * Lets a member in with the access it has now; with none it stays outside. Rejects when the
   * Authority does, or when the room ends meanwhile.
   */
  async join(member: Member): Promise<Access> {
    this.#joining += 1;
    try {
      const access = await this.rights.admit(member);
      if (this.isOver) throw new Error('the room ended');
      if (access.mode === 'none' || member.hasLeft) return { mode: 'none' };
      this.audience.add(member);
      const { chapterId } = this;
      member.chapterId = chapterId;
      member.link.socket.story?.tell({ type: 'entered', chapterId, mode: access.mode });
      return access;
    } finally {
      this.#joining -= 1;
      this.lastUsedAt = this.ports.clock.now();
    }
  }

  /** Whether a client may go on from a position of a generation, by the log (R11). */
  async canResume(generation: string, position: number): Promise<boolean> {
    if (generation !== this.generation) return false;
    // Another node may have got further than this one has heard of.
    if (position > this.head) await this.#driver.readLog();
    return position <= this.head;
  }

  leave(member: Member): void {
    const { chapterId } = this;
    if (this.audience.members.has(member)) {
      member.link.socket.story?.tell({ type: 'left', chapterId });
    }
    this.audience.remove(member);
    this.intake.forget(member);
    this.presence.leave(member);
    this.lastUsedAt = this.ports.clock.now();
  }

  /** Takes an update. A promise means that the client's next message must wait for it. */
  receive(member: Member, incoming: IncomingUpdate): void | Promise<void> {
    if (this.isOver || member.hasLeft) return;
    if (incoming.receivedAt === undefined) this.ports.counts.updates += 1;
    return this.#judging.receive(member, incoming);
  }

  receivePresence(member: Member, bytes: Uint8Array): void {
    if (!this.isOver && !member.hasLeft) this.presence.receive(member, bytes);
  }

  /** Rows were appended by somebody else, up to `head` where that is known. */
  poke(head?: number): void {
    const { state } = this;
    if (head === undefined) state.mustRead = true;
    else state.knownHead = Math.max(state.knownHead, head);
    if (state.knownHead > state.head) state.behindSince ??= this.ports.clock.now();
    this.#driver.wake();
  }

  compareHead(
    head: number | undefined,
    asked: { readonly at: number; readonly head: number },
  ): void {
    const { state } = this;
    if (state.isOver) return;
    this.#driver.tryAgain();
    if (head === undefined || head < asked.head) {
      // Gone, or another history: reading it again says which.
      state.needsReload = true;
      this.#driver.wake();
    } else if (head > state.head) {
      this.poke(head);
    } else if (!state.needsReload && !state.isBehind) {
      state.confirmed(asked.at);
      this.rights.confirm();
    }
  }

  checkConfirmed(): void {
    const unconfirmedMs = this.ports.clock.now() - this.state.confirmedAt;
    if (unconfirmedMs <= this.ports.limits.confirmMs || this.rights.haveLapsed) return;
    this.ports.counts.lapses += 1;
    this.ports.logger.warn({ chapterId: this.chapterId, unconfirmedMs }, 'rights have lapsed');
    this.rights.lapse(this.audience.members);
  }

  judgeWaiting(): void {
    this.#judging.judgeWaiting();
  }

  /** Ends the room for everybody. Safe to call twice. */
  close(reason: CloseReason): void {
    if (this.isOver) return;
    this.state.isOver = true;
    this.#stop();
    this.audience.end(reason);
    this.#driver.close();
    this.ports.onEnd(this, reason);
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    this.ports.logger.error({ err: error, chapterId: this.chapterId }, 'chapter quarantined');
    this.close('quarantined');
  }

  async #readAfter(position: number): Promise<readonly LogRow[] | null> {
    const { log, limits, logger } = this.ports;
    try {
      return await log.readAfter(this.chapterId, position, limits.readRows);
    } catch (error) {
      // The whole text, which is in memory, does as well.
      logger.warn({ err: error, chapterId: this.chapterId }, 'rows could not be read');
      return null;
    }
  }

  #hear(bytes: Uint8Array): void {
    let news: RoomNews | null;
    try {
      news = decodeRoomNews(bytes);
    } catch (error) {
      this.ports.logger.warn({ err: error, chapterId: this.chapterId }, 'news that are none');
      return;
    }
    if (news?.type === 'head') this.poke(news.head ?? undefined);
    else if (news !== null) this.presence.hear(news);
  }

  #expel(member: Member): void {
    this.leave(member);
    this.#putOut(member, 'forbidden');
  }

  #putOut(member: Member, reason: CloseReason): void {
    const { chapterId } = this;
    member.link.socket.story?.tell({ type: 'put-out', chapterId, reason });
    member.link.end(reason);
  }

  #beat(): void {
    this.timers.later(this.ports.limits.heartbeatMs, () => {
      void this.#guard(() => this.presence.beat());
      this.#beat();
    });
  }

  #guard(action: () => void | Promise<void>): void | Promise<void> {
    if (this.isOver) return;
    try {
      return action();
    } catch (error) {
      this.fail(error);
    }
  }

  #stop(): void {
    this.timers.close();
    this.presence.close();
    this.#stopListening?.();
    this.intake.close();
  }
}
