import type { RefusalReason } from '@plenary/protocol';
import type { Edit, QueuedEdit } from './edit.ts';
import type { Holdings } from './holdings.ts';
import { refusalFor, type Member } from './member.ts';
import { Parking } from './parking.ts';
import type { Clock } from './ports.ts';
import type { StructId } from './read-update.ts';
import type { RelayCounts, RoomPorts } from './room-ports.ts';
import { siftUpdate, type NewContent, type Sifted } from './sift-update.ts';
import { encodeStateVector } from './yjs-bytes.ts';

/** Which parts of a large edit may be kept. */
export type CutParts = Extract<Sifted, { type: 'cut' }>;

/** What the intake needs of its room. */
export interface IntakeHost {
  head(): number;
  /** Position up to which implied deletions are known. */
  impliedPosition(): number;
  /** Learns the deletions that follow from the committed text up to some position. */
  learnImplied(position: number): Promise<void>;
  /** Takes over whatever the log has that the room has not. */
  readLog(): Promise<void>;
  /** What is left of a large edit when only some parts of it are kept. */
  cut(edit: Edit, parts: CutParts): Promise<Edit>;
  /** Whether rights and text are known, so that anything may be judged. */
  mayJudge(): boolean;
  /** There is something to commit. */
  wake(): void;
  /** Runs something that may find the room broken. */
  guard(action: () => void | Promise<void>): void | Promise<void>;
}

/**
 * Judges every edit that enters a room, and keeps those that are good until they are committed.
 *
 * An edit is, in this order: dropped where the room holds it (R7), refused where it is under another
 * person's id (R7), refused without the right to write (R6), parked when something before it is
 * missing (R14), else queued.
 */
export class Intake {
  holdings: Holdings;
  readonly #host: IntakeHost;
  readonly #clock: Clock;
  readonly #counts: RelayCounts;
  readonly #parking: Parking;
  #queued: QueuedEdit[] = [];
  #inFlight: QueuedEdit[] = [];
  /** Edits that were ready to be judged when nothing might be. */
  #undecided: Edit[] = [];
  #cancelExpiry: (() => void) | null = null;
  #isRetrying = false;

  constructor(
    holdings: Holdings,
    host: IntakeHost,
    work: Pick<RoomPorts, 'clock' | 'limits' | 'counts'>,
  ) {
    this.holdings = holdings;
    this.#host = host;
    this.#clock = work.clock;
    this.#counts = work.counts;
    this.#parking = new Parking(work.limits);
  }

  get hasQueued(): boolean {
    return this.#queued.length > 0;
  }

  get hasUncommitted(): boolean {
    return this.#queued.length + this.#inFlight.length + this.#undecided.length > 0;
  }

  get parkedBytes(): number {
    return this.#parking.bytes;
  }

  /**
   * Judges an edit. A promise means that its deletions are being compared with what follows from
   * the text; the client's next message must wait for it.
   */
  consider(edit: Edit): void | Promise<void> {
    const { member } = edit;
    const sifted = siftUpdate(
      { read: edit.read, bytes: edit.bytes, personId: member.identity.personId },
      this.holdings,
    );
    if (this.#mayBeImplied(edit, sifted)) {
      return this.#host.learnImplied(edit.arrivedAt).then(() => this.goOn(edit));
    }
    const isForeign = sifted.type === 'foreign' || (sifted.type === 'cut' && sifted.isForeign);
    if (isForeign && !edit.isChecked) {
      // Another node may have stored what this one has not heard of yet.
      return this.#host.readLog().then(() => this.goOn({ ...edit, isChecked: true }));
    }
    if (sifted.type === 'cut') return this.#cut(edit, sifted);
    this.#decide(edit, sifted);
  }

  /** Goes on with an edit that waited; what is known may have changed meanwhile. */
  async goOn(edit: Edit): Promise<void> {
    if (!this.#host.mayJudge()) {
      this.#undecided.push(edit);
      return;
    }
    await this.#host.guard(() => this.consider(edit));
  }

  /** The queue becomes the batch of a commit. */
  startCommit(): readonly QueuedEdit[] {
    this.#inFlight = this.#queued;
    this.#queued = [];
    this.holdings.startCommit();
    return this.#inFlight;
  }

  /** The batch is on disk: everybody with an edit in it is told so. */
  finishCommit(): void {
    this.holdings.finishCommit();
    this.#settle(this.#inFlight);
    this.#inFlight = [];
  }

  /** Judges everything that is not committed again, after the log or the rights have changed. */
  reconsider(): void {
    const judged = [...this.#inFlight, ...this.#queued].map(({ edit }) => edit);
    const edits = [...judged, ...this.#undecided];
    this.#inFlight = [];
    this.#queued = [];
    this.#undecided = [];
    this.holdings.dropUncommitted();
    for (const edit of edits) void this.consider(edit);
    this.retryParked();
  }

  /** Refuses everything that is not committed. */
  refuseUncommitted(reason: RefusalReason): void {
    const edits = [...this.#inFlight, ...this.#queued].map(({ edit }) => edit);
    this.#inFlight = [];
    this.#queued = [];
    this.holdings.dropUncommitted();
    for (const { member, seq } of edits) member.refuse(seq, reason);
  }

  /** Members with edits that are not committed; some may have left. */
  editors(): readonly Member[] {
    const judged = [...this.#inFlight, ...this.#queued].map(({ edit }) => edit);
    return [...judged, ...this.#undecided].map(({ member }) => member);
  }

  /** A member has left: what it has queued is still committed, what it has parked is not. */
  forget(member: Member): void {
    this.#parking.takeOf(member);
  }

  /** Looks again at what was parked, as long as that places something. */
  retryParked(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    const clockOf = (client: number) => this.holdings.clockOf(client);
    for (;;) {
      const met = this.#parking.takeMet(clockOf);
      if (met.length === 0) break;
      for (const { edit, until } of met) {
        const { personId } = edit.member.identity;
        const sifted = siftUpdate({ ...edit, personId }, this.holdings);
        if (sifted.type === 'gap') this.#parking.putBack({ edit, need: sifted.need, until });
        else if (sifted.type === 'cut') void this.#cut(edit, sifted);
        else this.#decide(edit, sifted);
      }
    }
    this.#isRetrying = false;
  }

  close(): void {
    this.#cancelExpiry?.();
    this.#cancelExpiry = null;
  }

  async #cut(edit: Edit, parts: CutParts): Promise<void> {
    await this.goOn(await this.#host.cut(edit, parts));
  }

  #mayBeImplied(edit: Edit, sifted: Sifted): boolean {
    if (sifted.type === 'new') {
      if (!sifted.content.namesDeletions) return false;
      if (!edit.isFullSync && !sifted.repeatsHeld) return false;
    } else if (sifted.type !== 'cut' || sifted.deletions.isEmpty) {
      return false;
    }
    return this.#host.impliedPosition() < edit.arrivedAt;
  }

  #decide(edit: Edit, sifted: Exclude<Sifted, CutParts>): void {
    const { member, seq } = edit;
    const refusal = refusalFor(member.access);
    if (edit.isRest) {
      if (refusal === null && sifted.type === 'new') this.#accept(edit, sifted.content);
      member.refuse(seq, 'foreign');
      return;
    }
    switch (sifted.type) {
      case 'held':
        if (this.hasUncommitted) this.#enqueue({ edit, content: null });
        else this.#settle([{ edit, content: null }]);
        if (closesGap(edit, null)) this.#unbar(member);
        return;
      case 'gap':
        if (refusal !== null) member.refuse(seq, refusal);
        else if (member.barred !== null) this.#refuseAndAsk(edit, member.barred);
        else this.#park(edit, sifted.need);
        return;
      case 'foreign':
        if (refusal === null && sifted.own !== null) this.#accept(edit, sifted.own);
        member.refuse(seq, 'foreign');
        return;
      case 'new':
        if (refusal !== null) {
          member.refuse(seq, refusal);
        } else if (member.barred !== null && !closesGap(edit, sifted.content)) {
          this.#refuseAndAsk(edit, member.barred);
        } else {
          this.#unbar(member);
          this.#accept(edit, sifted.content);
        }
        return;
    }
  }

  #accept(edit: Edit, content: NewContent): void {
    this.holdings.queue(content);
    this.#enqueue({ edit, content });
    if (!this.#parking.isEmpty) this.retryParked();
  }

  #enqueue(queued: QueuedEdit): void {
    this.#queued.push(queued);
    this.#host.wake();
  }

  #settle(batch: readonly QueuedEdit[]): void {
    const members = new Set<Member>();
    for (const { edit } of batch) {
      edit.member.ledger.settle(edit.seq);
      members.add(edit.member);
    }
    for (const member of members) member.tellAcknowledged(this.#host.head());
  }

  #park(edit: Edit, need: StructId): void {
    const now = this.#clock.now();
    if (!this.#parking.park(edit, need, now)) {
      this.#bar(edit.member);
      this.#refuseAndAsk(edit, 'not-causal');
      return;
    }
    const { chapterId, link } = edit.member;
    this.#counts.parked += 1;
    link.socket.story?.tell({ type: 'parked', chapterId, bytes: edit.bytes.byteLength });
    this.#ask(edit.member);
    this.#watchExpiry();
  }

  #watchExpiry(): void {
    const next = this.#parking.nextExpiry;
    if (next === null || this.#cancelExpiry !== null) return;
    this.#cancelExpiry = this.#clock.after(Math.max(0, next - this.#clock.now()), () => {
      this.#cancelExpiry = null;
      for (const edit of this.#parking.takeExpired(this.#clock.now())) {
        this.#bar(edit.member);
        this.#refuseAndAsk(edit, 'not-causal');
      }
      this.#watchExpiry();
    });
  }

  /** Nothing more of this client is stored until it has closed the gap; what it has parked goes. */
  #bar(member: Member): void {
    member.barred = 'not-causal';
    for (const { seq } of this.#parking.takeOf(member)) member.refuse(seq, 'not-causal');
  }

  #unbar(member: Member): void {
    member.barred = null;
    member.askedAt = null;
  }

  #refuseAndAsk({ member, seq }: Edit, reason: RefusalReason): void {
    member.refuse(seq, reason);
    if (reason === 'not-causal') this.#ask(member);
  }

  #ask(member: Member): void {
    const now = this.#clock.now();
    if (member.hasLeft || (member.askedAt !== null && now - member.askedAt < ASK_AGAIN_MS)) return;
    member.askedAt = now;
    member.link.askFor(encodeStateVector(this.holdings.committedVector));
  }
}

/** A client is asked again for what is missing only after this long: its answer may be large. */
const ASK_AGAIN_MS = 3_000;

/**
 * Whether an edit that can be placed shows that its client has got over a refusal: a stock client by
 * everything it has; one of ours, which sets refused text aside, by new text (refused text of the
 * same Yjs id would come before it).
 */
function closesGap(edit: Edit, content: NewContent | null): boolean {
  if (edit.member.link.wire === 'stock') return edit.isFullSync;
  return content !== null && content.clocks.size > 0;
}
