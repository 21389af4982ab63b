import type { Doc } from 'yjs';
import {
  CLOSE_CODES,
  isRetryable,
  type Access,
  type RefusalReason,
  type ServerMessage,
} from '@plenary/protocol';
import { delayBefore } from './backoff.ts';
import { Drafts } from './drafts.ts';
import { Keeper } from './keeper.ts';
import type { Link, Receiver } from './link.ts';
import { Listeners } from './listeners.ts';
import { LiveText } from './live-text.ts';
import { OtherPages } from './other-pages.ts';
import { Outbox, type Edit } from './outbox.ts';
import { sameSaveState, saveStateOf } from './save-state.ts';
import { Sender } from './sender.ts';
import { partition, randomId, type StartOver } from './start-over.ts';
import type { Clock, Draft, LocalCopy, LocalStore, SaveState, UnsentEdit } from './types.ts';
import { isIntegrated, mergeAll } from './yjs-bytes.ts';

/** While the server cannot store, the chapter is opened again this often. */
export const STORAGE_FULL_RETRY_MS = 15_000;

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening'; readonly ref: number }
  | { readonly kind: 'open'; readonly ref: number; readonly room: number; readonly head: number }
  | { readonly kind: 'starting-over' }
  | { readonly kind: 'ended' };

/**
 * One chapter: its text, the local copy and the room on the server. Everything that happens changes
 * fields and ends in `#evaluate`, which opens, sends and tells. It is one long class because each of
 * its promises is about the text, the copy and the room together:
 *
 * 1. an edit is in the outbox until the server acknowledged it, or a draft holds it;
 * 2. an edit typed is written to the local copy whatever the state of the connection;
 * 3. `#generation` and `#position` describe the document, without gaps;
 * 4. nothing is sent for a room but in phase `open`, and nothing received outside it is used;
 * 5. text of two generations is never in one document.
 */
export class LiveReplica implements Receiver {
  readonly chapterId: string;
  readonly whenLoaded: Promise<void>;
  readonly changes = new Listeners();
  readonly text: LiveText;
  access: Access | null = null;
  state: SaveState = { kind: 'loading' };
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #outbox = new Outbox();
  readonly #drafts = new Drafts();
  readonly #keeper: Keeper;
  readonly #sender: Sender;
  readonly #otherPages: OtherPages;
  readonly #stopWatching: () => void;
  #phase: Phase = { kind: 'idle' };
  #copyRead = false;
  #loaded = false;
  #tellLoaded: () => void = () => {};
  #generation = '';
  #position = 0;
  #closedCode: number | null = null;
  #attempt = 0;
  #cancelRetry: (() => void) | null = null;

  constructor(options: {
    chapterId: string;
    store: LocalStore;
    clock: Clock;
    random: () => number;
    link: Link;
    /** The local copy is read after this: an earlier replica of the chapter may be writing to it. */
    after: Promise<void>;
    /** Sets up how a new document is read, before anything is in it. */
    prepare: (doc: Doc) => void;
  }) {
    const { chapterId, store, clock, random, link, prepare } = options;
    const outbox = this.#outbox;
    const wake = () => {
      this.#evaluate();
    };
    this.chapterId = chapterId;
    this.#link = link;
    this.#clock = clock;
    this.#random = random;
    this.#keeper = new Keeper({ chapterId, store, clock, outbox, onChange: wake });
    this.#sender = new Sender({ link, clock, outbox, wake });
    this.#otherPages = new OtherPages({
      clock,
      outbox,
      look: () => void this.#keeper.exclusive(() => this.#lookAround(store)),
      takeOver: (keys) => void this.#keeper.exclusive(() => this.#takeOver(keys, store)),
    });
    this.text = new LiveText({
      clock,
      random,
      prepare,
      onTyped: (bytes, implied) => {
        outbox.add(bytes, implied);
        if (!implied) this.#keeper.keep();
        this.#evaluate();
      },
      sendPresence: (bytes) => {
        if (this.#phase.kind !== 'open') return;
        link.send({ type: 'presence', room: this.#phase.room, bytes });
      },
    });
    this.whenLoaded = new Promise((resolve) => {
      this.#tellLoaded = resolve;
    });
    this.#stopWatching = store.watch((changed) => {
      if (changed === chapterId && this.#copyRead) this.#otherPages.changed();
    });
    void this.#keeper.exclusive(async () => {
      await options.after;
      let copy: LocalCopy | null = null;
      try {
        copy = await store.load(chapterId);
      } catch (error) {
        // What it holds is not known to be nothing: it is looked at again, as after other pages.
        this.#otherPages.changed();
        throw error;
      } finally {
        this.#useCopy(copy);
      }
    });
  }

  get drafts(): readonly Draft[] {
    return this.#drafts.all;
  }

  /** Whether something typed would go with this page: the local copy has refused it. */
  get isHeldHereOnly(): boolean {
    return !this.#keeper.healthy && !(this.#outbox.allKept && this.#drafts.allKept);
  }

  /** Whether something unsent, or a draft, would go with this page if it were closed now. */
  get wouldBeLost(): boolean {
    const { durable, keptLocally } = this.#keeper;
    const isDraftLost = this.#drafts.all.length > 0 && !(durable && this.#drafts.allKept);
    return isDraftLost || (this.#outbox.pending > 0 && !keptLocally);
  }

  /** The socket is open. */
  online(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#evaluate();
  }

  /** The socket is gone; what was on its way is sent again by the next one. */
  offline(): void {
    if (this.#phase.kind === 'opening' || this.#phase.kind === 'open') this.#leaveRoom();
    this.#evaluate();
  }

  /** The server ended the connection for good. */
  closedForGood(code: number): void {
    if (this.#phase.kind === 'opening' || this.#phase.kind === 'open') this.#leaveRoom();
    this.#closedCode = code;
    this.#evaluate();
  }

  /** The person asks to try again. */
  retry(): void {
    this.#closedCode = null;
    this.#attempt = 0;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#evaluate();
  }

  /** A message for this chapter. Those for an opening that was left are passed over. */
  receive(message: ServerMessage): void {
    const phase = this.#phase;
    if (phase.kind === 'opening' && 'ref' in message && message.ref === phase.ref) {
      this.#receiveAnswer(message);
    } else if (phase.kind === 'open' && message.type === 'stale' && message.ref === phase.ref) {
      this.#startOver({ kind: 'stale', generation: message.generation });
    } else if (phase.kind === 'open' && 'room' in message && message.room === phase.room) {
      this.#receiveInRoom(message, phase.head);
    }
    this.#evaluate();
  }

  async discardDraft(id: string): Promise<void> {
    this.#drafts.remove(id);
    this.changes.emit();
    await this.#keeper.exclusive((store) => store.removeDraft(this.chapterId, id));
  }

  /** Keeps what is here, leaves the room and ends every timer. */
  async close(): Promise<void> {
    if (this.#phase.kind === 'ended') return;
    this.text.awareness.setLocalState(null);
    this.#sendClose();
    this.#phase = { kind: 'ended' };
    this.#stopWatching();
    this.#otherPages.close();
    this.#sender.reset();
    this.#cancelRetry?.();
    this.text.stop();
    await this.#keeper.close();
    this.changes.clear();
    this.text.destroy();
  }

  #receiveAnswer(message: ServerMessage): void {
    if (message.type === 'opened') this.#opened(message);
    else if (message.type === 'closed') this.#closedByServer(message.code);
    else if (message.type === 'stale') {
      if (this.#generation === '') this.#reopenLater(); // there was nothing to be stale
      else this.#startOver({ kind: 'stale', generation: message.generation });
    }
  }

  #receiveInRoom(message: ServerMessage, head: number): void {
    switch (message.type) {
      case 'state':
        this.#integrate({ from: 0, position: message.position, bytes: message.bytes }, head);
        return;
      case 'updates':
        this.#integrate(message, head);
        return;
      case 'ack':
        this.#keeper.acknowledged(this.#outbox.acknowledge(message.seq));
        return;
      case 'refused':
        if (message.reason === 'storage-full') {
          this.#outbox.requeue(message.seq);
          this.#waitForStorage();
          return;
        }
        this.#refuse(message.reason, (edit) => edit.seq === message.seq);
        return;
      case 'access':
        if (message.access.mode === 'none') this.#closedByServer(CLOSE_CODES.forbidden.code);
        else this.access = message.access;
        return;
      case 'presence':
        this.text.presence.receive(message.bytes);
        return;
      case 'missing':
        this.#sendMissing(message.stateVector);
        return;
      case 'closed':
        this.#closedByServer(message.code);
        return;
      case 'opened':
      case 'stale':
      case 'pong':
        return; // answers to an opening or a ping, not news of a room
    }
  }

  #opened(message: Extract<ServerMessage, { type: 'opened' }>): void {
    if (this.#generation !== '' && this.#generation !== message.generation) {
      this.#startOver({ kind: 'stale', generation: message.generation });
      return;
    }
    if (message.access.mode === 'none') {
      this.#closedByServer(CLOSE_CODES.forbidden.code);
      return;
    }
    if (this.#generation === '') this.#beginCopy(message.generation);
    if (!message.resumed) this.#position = 0;
    this.access = message.access;
    const { ref, room, head } = message;
    this.#phase = { kind: 'open', ref, room, head };
    this.text.presence.opened();
    this.#caughtUp(head);
  }

  /** Everything comes from the server: the copy is to begin with this history, whatever it holds. */
  #beginCopy(generation: string): void {
    this.#generation = generation;
    this.#keeper.generation = generation;
    void this.#keeper.exclusive((store) =>
      store.replace(this.chapterId, { generation, keys: [], draft: null }),
    );
  }

  #integrate(
    { from, position, bytes }: { from: number; position: number; bytes: Uint8Array },
    head: number,
  ): void {
    try {
      if (from > this.#position) throw new RangeError('a gap in what the server sent');
      this.text.apply(bytes);
    } catch {
      this.#sendClose();
      this.#reopenLater();
      return;
    }
    // A private copy: the frame's buffer holds more, and may be the transport's.
    const update = bytes.slice();
    this.#keeper.received({ generation: this.#generation, from, position, update });
    this.#position = Math.max(this.#position, position);
    this.#caughtUp(head);
  }

  #caughtUp(head: number): void {
    if (this.#position < head) return;
    this.#attempt = 0;
    if (this.#position === 0) {
      this.#keeper.received({ generation: this.#generation, from: 0, position: 0, update: null });
    }
    this.#setLoaded();
    this.#setAsideGroundless();
  }

  /** With the server's text here, edits that still cannot be placed never will be. */
  #setAsideGroundless(): void {
    if (!this.text.holdsBack || this.#phase.kind !== 'open') return;
    const { doc } = this.text;
    const groundless = new Set(this.#outbox.edits.filter((edit) => !isIntegrated(edit.bytes, doc)));
    if (groundless.size > 0) this.#refuse('not-causal', (edit) => groundless.has(edit));
  }

  /** The server lacks something that this text has: all of it goes, as one frame. */
  #sendMissing(stateVector: Uint8Array): void {
    if (this.access?.mode !== 'write' || this.#phase.kind !== 'open') return;
    const isSent = this.#sender.sendMissing(this.#phase.room, this.text.beyond(stateVector));
    if (!isSent) this.#refuse('not-causal', (edit) => edit.seq !== null);
  }

  #refuse(reason: RefusalReason, isRefused: (edit: Edit) => boolean): void {
    const edits = new Set(this.#outbox.edits.filter(isRefused));
    this.#startOver({ kind: 'refused', reason, edits });
  }

  #closedByServer(code: number): void {
    if (isRetryable(code)) {
      this.#reopenLater();
      return;
    }
    this.#closedCode = code;
    if (code === CLOSE_CODES.forbidden.code || code === CLOSE_CODES.unknownChapter.code) {
      this.#startOver({ kind: 'access-lost' });
    } else {
      this.#leaveRoom();
    }
  }

  #leaveRoom(): void {
    this.#phase = { kind: 'idle' };
    this.#sender.reset();
    this.text.presence.lost();
  }

  #sendClose(): void {
    if (this.#phase.kind !== 'open' || !this.#link.online) return;
    this.#link.send({ type: 'close', room: this.#phase.room });
  }

  #reopenLater(): void {
    this.#leaveRoom();
    this.#cancelRetry?.();
    this.#cancelRetry = this.#clock.after(delayBefore(this.#attempt, this.#random), () => {
      this.#cancelRetry = null;
      this.#evaluate();
    });
    this.#attempt += 1;
  }

  /** The server cannot store: nothing is wrong with the edits, they wait for room on its disk. */
  #waitForStorage(): void {
    this.access = { mode: 'read', reason: 'storage-full' };
    this.#cancelRetry ??= this.#clock.after(STORAGE_FULL_RETRY_MS, () => {
      this.#cancelRetry = null;
      if (this.access?.mode !== 'write' && this.#phase.kind === 'open') {
        this.#sendClose();
        this.#leaveRoom();
      }
      this.#evaluate();
    });
  }

  /**
   * Edits have to leave the text, or the text another history: a new document takes the place of
   * the old one, and what was typed and is not in it becomes a draft (wire.md W41 to W43).
   */
  #startOver(why: StartOver): void {
    this.#sendClose();
    this.#leaveRoom();
    this.#phase = { kind: 'starting-over' };
    void this.#keeper.exclusive(async (store) => {
      let copy: LocalCopy | null = null;
      try {
        copy = await this.#keeper.loadNow();
      } finally {
        await this.#replaceText(why, copy, store);
      }
    });
  }

  async #replaceText(why: StartOver, copy: LocalCopy | null, store: LocalStore): Promise<void> {
    if (why.kind !== 'refused') this.#adoptFrom(copy);
    const parts = partition({ why, copy, generation: this.#generation, outbox: this.#outbox });
    const typed = parts.refused.some((edit) => !edit.implied);
    const reason = why.kind === 'refused' ? why.reason : why.kind;
    const draft = typed ? this.#createDraft(reason) : null;
    this.#outbox.remove(parts.refused);
    this.#generation = parts.generation;
    this.#keeper.generation = parts.generation;
    this.#position = parts.position;
    if (this.#phase.kind !== 'ended') {
      this.#phase = { kind: 'idle' };
      const base = parts.base === null ? [] : [parts.base];
      this.text.replace([...base, ...parts.kept.map((edit) => edit.bytes)]);
    }
    try {
      const { keys } = parts;
      const generation = why.kind === 'stale' ? why.generation : '';
      if (why.kind === 'refused') await store.setAside(this.chapterId, keys, draft);
      else await store.replace(this.chapterId, { generation, keys, draft });
      if (draft !== null) this.#drafts.kept(draft);
    } finally {
      this.changes.emit();
      this.#keeper.keep();
      this.#evaluate();
    }
  }

  /**
   * A draft of the text as the person sees it, and of `also`. Where edits have lost their ground,
   * because another page set it aside, the drafts still hold it.
   */
  #createDraft(reason: Draft['reason'], also: readonly Uint8Array[] = []): Draft {
    const parts = [this.text.encode(), ...also];
    if (also.length > 0 || this.text.holdsBack) {
      parts.push(...this.#drafts.all.map(({ state }) => state));
    }
    const draft: Draft = {
      id: randomId(this.#random),
      chapterId: this.chapterId,
      reason,
      at: this.#clock.now(),
      state: mergeAll(parts),
    };
    this.#drafts.add(draft);
    return draft;
  }

  #useCopy(copy: LocalCopy | null): void {
    this.#copyRead = true;
    if (this.#phase.kind === 'ended') return;
    if (copy !== null) {
      this.#drafts.read(copy.drafts);
      this.#enter(copy);
      this.#otherPages.note(copy);
    }
    this.changes.emit();
    this.#evaluate();
  }

  /** The text of the copy becomes this page's, which has none of its own yet. */
  #enter(copy: LocalCopy): void {
    this.#generation = copy.generation;
    this.#keeper.generation = copy.generation;
    this.#position = copy.position;
    if (copy.base !== null) this.text.apply(copy.base);
    this.#adoptFrom(copy);
    if (copy.generation !== '' || this.#outbox.pending > 0) this.#setLoaded();
  }

  #belongsToText({ generation }: UnsentEdit): boolean {
    return ['', this.#generation].includes(generation);
  }

  /** Takes edits of another page, or of an earlier session, for this page's own. */
  #adoptFrom(copy: LocalCopy | null, keys?: ReadonlySet<number>): void {
    const edits = this.#otherPages
      .editsIn(copy)
      .filter((edit) => this.#belongsToText(edit) && (keys?.has(edit.key) ?? true));
    if (copy === null || edits.length === 0) return;
    // The ground the edits build on may have come to the copy after this page read it.
    const ground = copy.generation === this.#generation && copy.base !== null ? [copy.base] : [];
    this.text.apply(mergeAll([...ground, ...edits.map((edit) => edit.bytes)]));
    for (const edit of edits) this.#outbox.adopt(edit);
  }

  /** Another page of this person changed the local copy. */
  async #lookAround(store: LocalStore): Promise<void> {
    await this.#keeper.flushNow();
    const seen = await store.peek(this.chapterId);
    if (!this.#mayTouchText()) return;
    const moved = seen.generation !== this.#generation && seen.generation !== '';
    if (moved && this.#generation !== '') {
      this.#startOver({ kind: 'stale', generation: seen.generation });
      return;
    }
    if (moved) {
      // Another page has reached the server first; this one has no text of its own yet.
      const copy = await store.load(this.chapterId);
      if (copy !== null && this.#generation === '' && this.#isIdle()) this.#enter(copy);
    }
    this.#otherPages.note(seen);
    this.#drafts.read(seen.drafts);
    this.changes.emit();
    this.#evaluate();
  }

  /** Sends what other pages left behind; what belongs to a history that has gone becomes a draft. */
  async #takeOver(keys: ReadonlySet<number>, store: LocalStore): Promise<void> {
    const copy = await store.load(this.chapterId);
    if (!this.#mayTouchText()) return;
    this.#adoptFrom(copy, keys);
    const orphans = this.#otherPages
      .editsIn(copy)
      .filter((edit) => keys.has(edit.key) && !this.#belongsToText(edit));
    if (orphans.length > 0) {
      const draft = this.#createDraft(
        'stale',
        orphans.map((edit) => edit.bytes),
      );
      this.changes.emit();
      const orphaned = orphans.map((edit) => edit.key);
      await store.setAside(this.chapterId, orphaned, draft);
      this.#drafts.kept(draft);
    }
    this.#otherPages.note(await store.peek(this.chapterId));
    this.#evaluate();
  }

  #mayTouchText(): boolean {
    return this.#phase.kind !== 'ended' && this.#phase.kind !== 'starting-over';
  }

  /** Apart, since the phase changes while something is awaited. */
  #isIdle(): boolean {
    return this.#phase.kind === 'idle';
  }

  #setLoaded(): void {
    this.#loaded = true;
    this.#tellLoaded();
  }

  #evaluate(): void {
    this.#openIfPossible();
    this.#sendWhatWaits();
    this.#tell();
  }

  #openIfPossible(): void {
    if (this.#phase.kind !== 'idle' || !this.#copyRead || !this.#link.online) return;
    if (this.#closedCode !== null || this.#cancelRetry !== null) return;
    const ref = this.#link.claimRef(this);
    this.#phase = { kind: 'opening', ref };
    this.#link.send({
      type: 'open',
      ref,
      chapterId: this.chapterId,
      schemaVersion: this.#link.schemaVersion,
      generation: this.#generation,
      position: this.#position,
    });
  }

  #sendWhatWaits(): void {
    if (this.#phase.kind !== 'open' || this.access?.mode !== 'write') return;
    const tooLarge = this.#sender.send(this.#phase.room);
    if (tooLarge.length > 0) this.#refuse('too-large', (edit) => tooLarge.includes(edit));
  }

  #tell(): void {
    const phase = this.#phase;
    const next = saveStateOf({
      closedCode: this.#closedCode,
      loaded: this.#loaded,
      online: this.#link.online,
      caughtUp: phase.kind === 'open' && this.#position >= phase.head,
      access: this.access,
      pending: this.#outbox.pending + this.#otherPages.pending,
      keptLocally: this.#keeper.keptLocally,
    });
    if (sameSaveState(next, this.state)) return;
    this.state = next;
    this.changes.emit();
  }
}
