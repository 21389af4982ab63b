import type { Access, CloseReason } from '@plenary/protocol';
import { Audience } from './audience.ts';
import { composeRows } from './edit.ts';
import { Intake } from './intake.ts';
import { additionOf, loadRoom, type LoadedRoom } from './load-room.ts';
import type { Member } from './member.ts';
import type { LogRow, NewRow } from './ports.ts';
import { Presence } from './presence.ts';
import { MalformedUpdateError, readUpdate } from './read-update.ts';
import { decodeRoomNews, encodeRoomNews } from './room-news.ts';
import type { RoomPorts } from './room-ports.ts';
import { RoomRights } from './room-rights.ts';
import type { RoomText } from './room-text.ts';
import { RoomUpkeep } from './room-upkeep.ts';
import { Timers } from './timers.ts';
import type { StateVector } from './yjs-bytes.ts';

/** An update as a session hands it over. */
export interface IncomingUpdate {
  readonly bytes: Uint8Array;
  /** The client's number for it; 0 where the protocol has none. */
  readonly seq: number;
  /** Whether it answers a question for everything the client has. */
  readonly isFullSync: boolean;
}

/**
 * Members for which the flush window grows by a millisecond, and the longest it gets. A write to a
 * socket costs some 7 µs of kernel time, so that sending takes about a third of a core however
 * many there are; the commit and the flush itself come on top of the window (bench shapes a to c).
 */
const MEMBERS_PER_FLUSH_MS = 50;
const LONGEST_FLUSH_MS = 40;

/**
 * One open chapter.
 *
 * Edits come in at any time and are judged at once; everything that changes the committed text goes
 * through one driver, a step at a time: reading the room again, asking for rights again, catching up
 * with rows from elsewhere, committing. Invariants:
 * 1. A frame with text is sent only for what the log has committed (R1).
 * 2. `head` is the position of the last row whose text is in `text` and in the committed holdings.
 * 3. While rights are unknown or the room is being read again, edits wait unjudged (R6).
 *
 * The driver's steps and the state they share stay in one file: each of them depends on what the
 * others leave behind. What can be understood without them has files of its own.
 */
export class Room {
  readonly chapterId: string;
  /** Number of this room on the wire of our own clients. */
  readonly number: number;
  readonly generation: string;
  readonly intake: Intake;
  readonly presence: Presence;
  readonly audience: Audience;
  readonly #ports: RoomPorts;
  readonly #timers: Timers;
  readonly #rights: RoomRights;
  readonly #upkeep: RoomUpkeep;
  #text: RoomText;
  #stateVector: StateVector;
  #head: number;
  #knownHead: number;
  #joining = 0;
  #needsReload = false;
  /** The log may have more than is known of. */
  #mustRead = false;
  #isDriving = false;
  #isOver = false;
  #failures = 0;
  #fullPauseMs: number;
  #lastFlushAt = 0;
  #waiting: { readonly member: Member; readonly incoming: IncomingUpdate }[] = [];
  #waitingBytes = 0;
  #stopListening: (() => void) | undefined;
  /** Who waits for the log to be read. */
  #readers: (() => void)[] = [];
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
    this.#ports = ports;
    this.#text = loaded.text;
    this.#stateVector = loaded.stateVector;
    this.#head = loaded.head;
    this.#knownHead = loaded.head;
    this.#fullPauseMs = ports.limits.retryMs;
    this.lastUsedAt = ports.clock.now();
    this.#timers = new Timers(ports.clock);
    this.#rights = new RoomRights(
      {
        chapterId: this.chapterId,
        timers: this.#timers,
        expel: (member) => this.#expel(member),
        wake: () => this.#wake(),
      },
      ports,
    );
    this.#upkeep = new RoomUpkeep(
      {
        chapterId: this.chapterId,
        generation: this.generation,
        head: () => this.#head,
        text: () => this.#text,
        holdings: () => this.intake.holdings,
        isOver: () => this.#isOver,
        compacted: (stateVector) => {
          this.#stateVector = stateVector;
        },
      },
      ports,
    );
    this.intake = new Intake(
      loaded.holdings,
      {
        head: () => this.#head,
        impliedPosition: () => this.#upkeep.impliedPosition,
        readLog: () => this.readLog(),
        learnImplied: (position) => this.#upkeep.learnImplied(position),
        wake: () => this.#wake(),
        guard: (action) => this.#guard(action),
      },
      ports,
    );
    this.audience = new Audience(
      {
        number: this.number,
        head: () => this.#head,
        text: () => this.#text,
        readAfter: (position) =>
          ports.log.readAfter(this.chapterId, position, ports.limits.readRows),
        tooSlow: (member) => member.link.end('slow'),
        fail: (error) => this.#fail(error),
      },
      ports,
    );
    this.presence = new Presence(
      {
        ownerOf: (client) => this.intake.holdings.ownerOf(client),
        broadcast: (bytes) => this.audience.tellPresence(bytes),
        sendTo: (member, bytes) => this.audience.sendPresence(member, bytes),
      },
      ports.clock,
      ports.limits,
    );
    this.#beat();
    this.#stopListening = ports.bus?.listen(this.chapterId, (bytes) => {
      this.#guard(() => this.#hear(bytes));
    });
  }

  get head(): number {
    return this.#head;
  }

  get text(): RoomText {
    return this.#text;
  }

  /** State vector of the stored state alone. */
  get stateVector(): StateVector {
    return this.#stateVector;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether nobody is here and nothing is under way. */
  get isIdle(): boolean {
    return (
      this.audience.members.size + this.#joining === 0 &&
      !this.#isDriving &&
      !this.intake.hasUncommitted
    );
  }

  /** Estimate of the memory the room takes, in bytes. */
  get heldBytes(): number {
    const { holdings, parkedBytes } = this.intake;
    return this.#text.heldBytes + holdings.estimatedBytes + parkedBytes + this.#waitingBytes;
  }

  /**
   * Lets a member in with the access it has now; with none it stays outside. Rejects when the
   * Authority does, or when the room ends meanwhile.
   */
  async join(member: Member): Promise<Access> {
    this.#joining += 1;
    try {
      const access = await this.#rights.admit(member);
      if (this.#isOver) throw new Error('the room ended');
      if (access.mode === 'none' || member.hasLeft) return { mode: 'none' };
      this.audience.add(member);
      return access;
    } finally {
      this.#joining -= 1;
      this.lastUsedAt = this.#ports.clock.now();
    }
  }

  /** Whether a client may go on from a position of a generation, by the log (R11). */
  async canResume(generation: string, position: number): Promise<boolean> {
    if (generation !== this.generation) return false;
    // Another node may have got further than this one has heard of.
    if (position > this.#head) await this.readLog();
    return position <= this.#head;
  }

  leave(member: Member): void {
    this.audience.remove(member);
    this.intake.forget(member);
    this.presence.leave(member);
    this.lastUsedAt = this.#ports.clock.now();
  }

  /** Takes an update. A promise means that the client's next message must wait for it. */
  receive(member: Member, incoming: IncomingUpdate): void | Promise<void> {
    if (this.#isOver || member.hasLeft) return;
    this.#ports.counts.updates += 1;
    if (incoming.bytes.byteLength > this.#ports.limits.updateBytes) {
      member.refuse(incoming.seq, 'too-large');
      return;
    }
    if (this.#needsReload || !this.#rights.areKnown) {
      this.#wait(member, incoming);
      return;
    }
    return this.#judge(member, incoming);
  }

  receivePresence(member: Member, bytes: Uint8Array): void {
    if (!this.#isOver && !member.hasLeft) this.presence.receive(member, bytes);
  }

  /** Rows were appended by somebody else, up to `head` where that is known. */
  poke(head?: number): void {
    if (head === undefined) this.#mustRead = true;
    else this.#knownHead = Math.max(this.#knownHead, head);
    this.#wake();
  }

  /** Takes over whatever the log has that the room has not; resolves when that is done. */
  readLog(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver) {
        resolve();
        return;
      }
      this.#readers.push(resolve);
      this.poke();
    });
  }

  /** Whether it is committing or about to. */
  get isBusy(): boolean {
    return this.#isDriving || this.intake.hasUncommitted;
  }

  /** Ends the room for everybody. Safe to call twice. */
  close(reason: CloseReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stop();
    this.audience.end(reason);
    this.#tellReaders();
    this.#ports.onEnd(this, reason);
  }

  #hear(bytes: Uint8Array): void {
    const news = decodeRoomNews(bytes);
    if (news?.type === 'head') this.poke(news.head);
  }

  #judge(member: Member, incoming: IncomingUpdate): void | Promise<void> {
    try {
      const read = readUpdate(incoming.bytes);
      return this.intake.consider({
        ...incoming,
        member,
        read,
        arrivedAt: this.#head,
        isChecked: false,
      });
    } catch (error) {
      if (error instanceof MalformedUpdateError) member.refuse(incoming.seq, 'malformed');
      else this.#fail(error);
    }
  }

  #wait(member: Member, incoming: IncomingUpdate): void {
    this.#waiting.push({ member, incoming });
    this.#waitingBytes += incoming.bytes.byteLength;
    if (this.#waitingBytes > this.#ports.limits.parkedRoomBytes) {
      this.#fail(new Error('too much waits for the room to be judged'));
    }
  }

  #judgeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { member, incoming } of waiting) void this.receive(member, incoming);
  }

  #wake(): void {
    if (this.#isDriving || this.#isOver) return;
    this.#isDriving = true;
    this.#drive().catch((error: unknown) => {
      this.#fail(error);
    });
  }

  async #drive(): Promise<void> {
    try {
      while (!this.#isOver) {
        if (this.#needsReload) await this.#reload();
        else if (this.#rights.needsAsking) await this.#askRights();
        else if (this.#mustRead || this.#knownHead > this.#head) await this.#readNews();
        else if (this.intake.hasQueued) await this.#flush();
        else break;
      }
    } finally {
      this.#isDriving = false;
    }
  }

  async #flush(): Promise<void> {
    await this.#flushWindow();
    if (this.#isOver || this.#needsReload || this.#rights.needsAsking) return;
    const { counts, log, metrics, clock } = this.#ports;
    const batch = this.intake.startCommit();
    const rows = await composeRows(batch, (updates) => this.#text.merge(updates));
    if (rows.length === 0) {
      this.intake.finishCommit();
      return;
    }
    const startedAt = clock.now();
    const { generation } = this;
    const result = await log
      .append(this.chapterId, { generation, expectedHead: this.#head, rows })
      .catch((error: unknown) => ({ type: 'unknown', error }) as const);
    if (this.#isOver) return;
    switch (result.type) {
      case 'committed':
        metrics?.observeCommit(clock.now() - startedAt);
        await this.#committed(rows, result.head);
        return;
      case 'behind':
        await this.#applyRows(result.rows);
        return;
      case 'gone':
        this.#needsReload = true;
        return;
      case 'full':
        this.#refuseFull(result.cause);
        return;
      case 'unknown':
        counts.failedCommits += 1;
        this.#ports.logger.error(
          { err: result.error, chapterId: this.chapterId },
          'an append failed; reading the chapter again',
        );
        this.#needsReload = true;
        return;
    }
  }

  /** Under load, waits so that more edits share the commit and the frame (R3). */
  async #flushWindow(): Promise<void> {
    const { clock, limits } = this.#ports;
    const forMembers = Math.min(
      LONGEST_FLUSH_MS,
      this.audience.members.size / MEMBERS_PER_FLUSH_MS,
    );
    const due = this.#lastFlushAt + Math.max(limits.flushMs, forMembers);
    const pause = due - clock.now();
    if (pause > 0) await this.#timers.pause(pause);
    this.#lastFlushAt = clock.now();
  }

  async #committed(rows: readonly NewRow[], head: number): Promise<void> {
    if (head !== this.#head + rows.length) {
      throw new Error(`committed up to ${head}, expected ${this.#head + rows.length}`);
    }
    const { counts, bus, limits } = this.#ports;
    const bytes = await this.#text.merge(rows.map((row) => row.bytes));
    const from = this.#head;
    for (const row of rows) {
      this.#head += 1;
      this.#text.push(this.#head, row.bytes);
    }
    this.#knownHead = Math.max(this.#knownHead, this.#head);
    this.#fullPauseMs = limits.retryMs;
    this.audience.tellText(from, bytes);
    this.intake.finishCommit();
    counts.flushes += 1;
    counts.rows += rows.length;
    if (bus !== undefined) {
      const news = { type: 'head', node: bus.node, head: this.#head } as const;
      bus.publish(this.chapterId, encodeRoomNews(news));
    }
    this.#upkeep.compactIfDue();
  }

  /** Takes over rows that somebody else appended, in order from the head. */
  async #applyRows(rows: readonly LogRow[]): Promise<void> {
    const from = this.#head;
    const fresh = rows.filter((row) => row.position > from);
    const isWhole = fresh.every((row, i) => row.position === from + 1 + i);
    if (!isWhole || fresh.length === 0) {
      this.#needsReload = true;
      return;
    }
    const updates = fresh.flatMap((row) => (row.kind === 'update' ? [row.bytes] : []));
    const bytes = await this.#text.merge(updates);
    const { holdings } = this.intake;
    for (const row of fresh) {
      this.#head = row.position;
      if (row.kind === 'update') {
        holdings.addCommitted(additionOf(row, holdings));
        this.#text.push(row.position, row.bytes);
      } else {
        this.#rights.changed();
        this.#text.noteHead();
      }
    }
    this.#knownHead = Math.max(this.#knownHead, this.#head);
    this.audience.tellText(from, bytes);
    this.intake.reconsider();
    this.#upkeep.compactIfDue();
  }

  async #readNews(): Promise<void> {
    const { log, limits, logger } = this.#ports;
    const readers = this.#readers;
    const knownHead = this.#knownHead;
    this.#readers = [];
    this.#mustRead = false;
    let rows: readonly LogRow[];
    try {
      rows = await log.readAfter(this.chapterId, this.#head, limits.readRows);
    } catch (error) {
      logger.warn({ err: error, chapterId: this.chapterId }, 'the log could not be read');
      this.#needsReload = true;
      this.#readers.push(...readers);
      return;
    }
    if (rows.length > 0) await this.#applyRows(rows);
    if (this.#needsReload || rows.length === limits.readRows) {
      this.#mustRead = true;
      this.#readers.push(...readers);
      return;
    }
    // News that came meanwhile are looked after in the next round.
    if (this.#knownHead === knownHead) this.#knownHead = this.#head;
    for (const resolve of readers) resolve();
  }

  #tellReaders(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const resolve of readers) resolve();
  }

  /** Asks for everybody's rights again; until they are known nothing is judged or committed. */
  async #askRights(): Promise<void> {
    const members = new Set([...this.audience.members, ...this.intake.editors()]);
    for (const { member } of this.#waiting) members.add(member);
    await this.#rights.ask(members);
    if (this.#rights.needsAsking || this.#isOver) return;
    this.intake.reconsider();
    this.#judgeWaiting();
  }

  #expel(member: Member): void {
    this.leave(member);
    member.link.end('forbidden');
  }

  /** The store takes nothing: says so, refuses what waits, and tries again after a while. */
  #refuseFull(cause: unknown): void {
    const { logger, counts, limits } = this.#ports;
    counts.failedCommits += 1;
    logger.error({ err: cause, chapterId: this.chapterId }, 'the store cannot take more');
    this.#rights.suspendWriting(this.audience.members, this.#fullPauseMs);
    this.intake.refuseUncommitted('storage-full');
    this.#fullPauseMs = Math.min(limits.retryMaxMs, this.#fullPauseMs * 2);
  }

  /** Reads the chapter again, when it is not known what the log holds. */
  async #reload(): Promise<void> {
    const { logger, limits } = this.#ports;
    let loaded: LoadedRoom | null;
    try {
      loaded = await loadRoom({ id: this.chapterId, room: this.number }, this.#ports);
    } catch (error) {
      this.#failures += 1;
      if (this.#failures > limits.reloadAttempts) throw error;
      logger.warn({ err: error, chapterId: this.chapterId }, 'a chapter could not be read again');
      await this.#timers.pause(
        Math.min(limits.retryMaxMs, limits.retryMs * 2 ** (this.#failures - 1)),
      );
      return;
    }
    if (this.#isOver) return;
    this.#failures = 0;
    if (loaded === null) {
      this.close('unknownChapter');
      return;
    }
    if (loaded.generation !== this.generation || loaded.head < this.#head) {
      this.audience.tellStale(loaded.generation);
      this.close('stale');
      return;
    }
    this.#needsReload = false;
    this.#text = loaded.text;
    this.#stateVector = loaded.stateVector;
    this.intake.holdings = loaded.holdings;
    this.#upkeep.impliedPosition = -1;
    this.#head = loaded.head;
    this.#knownHead = loaded.head;
    this.#tellReaders();
    // Rights may have changed among the rows that were not seen one by one.
    this.#rights.changed();
    this.audience.bringAllUp();
  }

  #beat(): void {
    this.#timers.later(this.#ports.limits.heartbeatMs, () => {
      this.#guard(() => this.presence.beat());
      this.#beat();
    });
  }

  #guard(action: () => void): void {
    if (this.#isOver) return;
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Something nobody expected: this room alone is put out of service (R9). */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#ports.logger.error({ err: error, chapterId: this.chapterId }, 'chapter quarantined');
    this.close('quarantined');
  }

  #stop(): void {
    this.#stopListening?.();
    this.#timers.close();
    this.presence.close();
    this.intake.close();
  }
}
