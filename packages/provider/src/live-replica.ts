import {
  CLOSE_CODES,
  isRetryable,
  MAX_UPDATE_BYTES,
  type Access,
  type ClientMessage,
  type ServerMessage,
} from '@plenary/protocol';
import type { Awareness } from 'y-protocols/awareness';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';
import { delayBefore } from './backoff.ts';
import { Keeper } from './keeper.ts';
import { Listeners } from './listeners.ts';
import { Outbox, type Edit } from './outbox.ts';
import { createAwareness, PresenceLane } from './presence.ts';
import { sameSaveState, saveStateOf } from './save-state.ts';
import { partition, randomId, type StartOver } from './start-over.ts';
import type { Clock, Draft, LocalCopy, LocalStore, SaveState, UnsentEdit } from './types.ts';
import { holdsBack, holdsDeletionsOnly, isIntegrated, mergeAll } from './yjs-bytes.ts';

/** Frames of one chapter that may be unacknowledged; more typing merges into the next frame. */
export const MAX_FRAMES_IN_FLIGHT = 8;

/** Waiting edits are merged into frames of about this size. */
export const FRAME_TARGET_BYTES = 256 * 1024;

/** Least time between two frames of one chapter while one is on its way. */
export const FRAME_INTERVAL_MS = 15;

/** Bytes the network has not taken yet, above which nothing is added. */
export const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Questions for missing parts that are answered in one opening before the edits are set aside. */
export const MAX_MISSING_ANSWERS = 8;

/**
 * Edits of another page that are still unsent after this long are sent by this page too: the other
 * one has crashed or has no connection. Sending twice is harmless, the server holds them once.
 */
export const ADOPT_AFTER_MS = 10_000;

/** While the server cannot store, the chapter is opened again this often. */
export const STORAGE_FULL_RETRY_MS = 15_000;

/** Origin of everything that did not happen on this page's keyboard. */
const NOT_TYPED_HERE = Symbol('not typed here');

/** What a chapter needs of the connection. */
export interface Link {
  readonly online: boolean;
  readonly bufferedBytes: number;
  send(message: ClientMessage): void;
  /** A number for an `open`; the answers to it come to the replica. */
  claimRef(replica: LiveReplica): number;
  /** The next number for an `update`; they grow on one socket. */
  nextSeq(): number;
  readonly schemaVersion: number;
}

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening'; readonly ref: number }
  | { readonly kind: 'open'; readonly ref: number; readonly room: number; readonly head: number }
  | { readonly kind: 'starting-over' }
  | { readonly kind: 'ended' };

/**
 * One chapter: its text, the local copy and the room on the server. Everything that happens changes
 * fields and ends in `#evaluate`, which opens, sends and tells. It keeps these promises:
 *
 * 1. an edit is in the outbox until the server acknowledged it, or a draft holds it;
 * 2. an edit typed is written to the local copy whatever the state of the connection;
 * 3. `generation` and `#position` describe the text in `doc`, without gaps;
 * 4. nothing is sent for a room but in phase `open`, and nothing received outside it is used;
 * 5. text of two generations is never in one `doc`.
 */
export class LiveReplica {
  readonly chapterId: string;
  readonly whenLoaded: Promise<void>;
  readonly changes = new Listeners();
  readonly replacements = new Listeners();
  doc: Doc;
  access: Access | null = null;
  state: SaveState = { kind: 'loading' };
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #outbox = new Outbox();
  readonly #keeper: Keeper;
  readonly #stopWatching: () => void;
  #presence: PresenceLane;
  #phase: Phase = { kind: 'idle' };
  #copyRead = false;
  #loaded = false;
  #tellLoaded: () => void = () => {};
  #generation = '';
  #position = 0;
  #applying = false;
  #closedCode: number | null = null;
  #attempt = 0;
  #missingAnswers = 0;
  #lastFrameAt = Number.NEGATIVE_INFINITY;
  #drafts: readonly Draft[] = [];
  /** Drafts that the store could not take, or has not taken yet. */
  readonly #unkeptDrafts = new Set<string>();
  #foreign: readonly UnsentEdit[] = [];
  #cancelRetry: (() => void) | null = null;
  #cancelPace: (() => void) | null = null;
  #cancelAdoption: (() => void) | null = null;

  constructor(options: {
    chapterId: string;
    store: LocalStore;
    clock: Clock;
    random: () => number;
    link: Link;
    /** The local copy is read after this: an earlier replica of the chapter may be writing to it. */
    after: Promise<void>;
  }) {
    this.chapterId = options.chapterId;
    this.#link = options.link;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#keeper = new Keeper({
      chapterId: options.chapterId,
      store: options.store,
      clock: options.clock,
      outbox: this.#outbox,
      onChange: () => {
        this.#evaluate();
      },
    });
    this.whenLoaded = new Promise((resolve) => {
      this.#tellLoaded = resolve;
    });
    this.doc = this.#createDoc();
    this.#presence = this.#createPresence(this.doc);
    this.#stopWatching = options.store.watch((chapterId) => {
      if (chapterId === this.chapterId) this.#lookAround();
    });
    void this.#keeper.exclusive(async (store) => {
      await options.after;
      let copy: LocalCopy | null = null;
      try {
        copy = await store.load(this.chapterId);
      } finally {
        this.#useCopy(copy);
      }
    });
  }

  get awareness(): Awareness {
    return this.#presence.awareness;
  }

  get drafts(): readonly Draft[] {
    return this.#drafts;
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
    this.#setDrafts(this.#drafts.filter((draft) => draft.id !== id));
    await this.#keeper.exclusive((store) => store.removeDraft(this.chapterId, id));
  }

  /** Keeps what is here, leaves the room and ends every timer. */
  async close(): Promise<void> {
    if (this.#phase.kind === 'ended') return;
    this.#presence.awareness.setLocalState(null);
    this.#sendClose();
    this.#phase = { kind: 'ended' };
    this.#presence.close();
    this.#stopWatching();
    for (const cancel of [this.#cancelRetry, this.#cancelPace, this.#cancelAdoption]) cancel?.();
    this.doc.off('update', this.#onUpdate);
    await this.#keeper.close();
    this.changes.clear();
    this.replacements.clear();
    this.doc.destroy();
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
        this.#startOver({
          kind: 'refused',
          reason: message.reason,
          edits: new Set(this.#outbox.edits.filter((edit) => edit.seq === message.seq)),
        });
        return;
      case 'access':
        if (message.access.mode === 'none') this.#closedByServer(CLOSE_CODES.forbidden.code);
        else this.access = message.access;
        return;
      case 'presence':
        this.#presence.receive(message.bytes);
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
    this.#missingAnswers = 0;
    const { ref, room, head } = message;
    this.#phase = { kind: 'open', ref, room, head };
    this.#presence.opened();
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
      this.#apply(bytes);
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
    if (!holdsBack(this.doc) || this.#phase.kind !== 'open') return;
    const edits = this.#outbox.edits.filter((edit) => !isIntegrated(edit.bytes, this.doc));
    if (edits.length === 0) return;
    this.#startOver({ kind: 'refused', reason: 'not-causal', edits: new Set(edits) });
  }

  /** The server lacks something that this text has: all of it goes, as one frame. */
  #sendMissing(stateVector: Uint8Array): void {
    if (this.access?.mode !== 'write' || this.#phase.kind !== 'open') return;
    this.#missingAnswers += 1;
    let bytes: Uint8Array | null = null;
    if (this.#missingAnswers <= MAX_MISSING_ANSWERS) {
      try {
        bytes = encodeStateAsUpdate(this.doc, stateVector);
      } catch {
        bytes = null;
      }
    }
    if (bytes === null || bytes.length > MAX_UPDATE_BYTES) {
      const edits = new Set(this.#outbox.edits.filter((edit) => edit.seq !== null));
      this.#startOver({ kind: 'refused', reason: 'not-causal', edits });
      return;
    }
    this.#sendUpdate(bytes, this.#outbox.edits);
  }

  #sendUpdate(bytes: Uint8Array, edits: readonly Edit[]): void {
    if (this.#phase.kind !== 'open') return;
    const seq = this.#link.nextSeq();
    for (const edit of edits) edit.seq = seq;
    this.#lastFrameAt = this.#clock.now();
    this.#link.send({ type: 'update', room: this.#phase.room, seq, bytes });
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
    this.#outbox.requeue();
    this.#presence.lost();
    this.#cancelPace?.();
    this.#cancelPace = null;
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
    const draft = typed ? this.#draftOf(reason) : null;
    this.#outbox.remove(parts.refused);
    this.#generation = parts.generation;
    this.#keeper.generation = parts.generation;
    this.#position = parts.position;
    if (draft !== null) this.#drafts = [...this.#drafts, draft];
    if (this.#phase.kind !== 'ended') {
      this.#phase = { kind: 'idle' };
      this.#replaceDoc([parts.base, ...parts.kept.map((edit) => edit.bytes)]);
    }
    if (draft !== null) this.#unkeptDrafts.add(draft.id);
    try {
      const { keys } = parts;
      const generation = why.kind === 'stale' ? why.generation : '';
      if (why.kind === 'refused') await store.setAside(this.chapterId, keys, draft);
      else await store.replace(this.chapterId, { generation, keys, draft });
      if (draft !== null) this.#unkeptDrafts.delete(draft.id);
    } finally {
      this.changes.emit();
      this.#keeper.keep();
      this.#evaluate();
    }
  }

  /**
   * The text as the person saw it. Where edits have lost their ground, because another page set it
   * aside, the drafts still hold it.
   */
  #wholeText(also: readonly Uint8Array[] = []): Uint8Array {
    const text = mergeAll([encodeStateAsUpdate(this.doc), ...also]);
    if (also.length === 0 && !holdsBack(this.doc)) return text;
    return mergeAll([text, ...this.#drafts.map((draft) => draft.state)]);
  }

  #replaceDoc(updates: readonly (Uint8Array | null)[]): void {
    const old = this.doc;
    const oldPresence = this.#presence;
    old.off('update', this.#onUpdate);
    this.doc = this.#createDoc();
    for (const update of updates) if (update !== null) this.#apply(update);
    this.#presence = this.#createPresence(this.doc);
    this.#presence.awareness.setLocalState(oldPresence.awareness.getLocalState());
    this.replacements.emit();
    oldPresence.close();
    old.destroy();
  }

  #createDoc(): Doc {
    const doc = new Doc();
    doc.clientID = Math.floor(this.#random() * 2 ** 32);
    doc.on('update', this.#onUpdate);
    return doc;
  }

  #createPresence(doc: Doc): PresenceLane {
    return new PresenceLane(createAwareness(doc), this.#clock, (bytes) => {
      if (this.#phase.kind !== 'open') return;
      this.#link.send({ type: 'presence', room: this.#phase.room, bytes });
    });
  }

  readonly #onUpdate = (bytes: Uint8Array, origin: unknown): void => {
    if (origin === NOT_TYPED_HERE) return;
    const implied = this.#applying && holdsDeletionsOnly(bytes);
    this.#outbox.add(bytes, implied);
    if (!implied) this.#keeper.keep();
    this.#evaluate();
  };

  #apply(bytes: Uint8Array): void {
    this.#applying = true;
    try {
      applyUpdate(this.doc, bytes, NOT_TYPED_HERE);
    } finally {
      this.#applying = false;
    }
  }

  #useCopy(copy: LocalCopy | null): void {
    this.#copyRead = true;
    if (this.#phase.kind === 'ended') return;
    if (copy !== null) {
      this.#drafts = copy.drafts;
      this.#enter(copy);
      this.#noteForeign(copy);
    }
    this.changes.emit();
    this.#evaluate();
  }

  /** The text of the copy becomes this page's, which has none of its own yet. */
  #enter(copy: LocalCopy): void {
    this.#generation = copy.generation;
    this.#keeper.generation = copy.generation;
    this.#position = copy.position;
    if (copy.base !== null) this.#apply(copy.base);
    this.#adoptFrom(copy);
    if (copy.generation !== '' || this.#outbox.pending > 0) this.#setLoaded();
  }

  /** Edits that the local copy holds and this page does not. */
  #foreignIn(copy: Pick<LocalCopy, 'unsent'> | null): UnsentEdit[] {
    const own = this.#outbox.keys();
    return (copy?.unsent ?? []).filter(({ key }) => !own.has(key));
  }

  #belongsToText({ generation }: UnsentEdit): boolean {
    return ['', this.#generation].includes(generation);
  }

  /** Takes edits of another page, or of an earlier session, for this page's own. */
  #adoptFrom(copy: LocalCopy | null, keys?: ReadonlySet<number>): void {
    const edits = this.#foreignIn(copy).filter(
      (edit) => this.#belongsToText(edit) && (keys?.has(edit.key) ?? true),
    );
    if (copy === null || edits.length === 0) return;
    // The ground the edits build on may have come to the copy after this page read it.
    const ground = copy.generation === this.#generation && copy.base !== null ? [copy.base] : [];
    this.#apply(mergeAll([...ground, ...edits.map((edit) => edit.bytes)]));
    for (const edit of edits) this.#outbox.adopt(edit);
  }

  /** Another page of this person changed the local copy. */
  #lookAround(): void {
    if (!this.#copyRead || this.#phase.kind === 'ended') return;
    void this.#keeper.exclusive(async (store) => {
      await this.#keeper.flushNow();
      const seen = await store.peek(this.chapterId);
      if (this.#phase.kind === 'ended' || this.#phase.kind === 'starting-over') return;
      const moved = seen.generation !== this.#generation && seen.generation !== '';
      if (moved && this.#generation !== '') {
        this.#startOver({ kind: 'stale', generation: seen.generation });
        return;
      }
      if (moved && this.#phase.kind === 'idle') {
        // Another page has reached the server first; this one has no text of its own yet.
        const copy = await store.load(this.chapterId);
        if (copy !== null && this.#generation === '' && this.#isIdle()) this.#enter(copy);
      }
      this.#noteForeign(seen);
      const inMemory = this.#drafts.filter((draft) => this.#unkeptDrafts.has(draft.id));
      this.#setDrafts([...seen.drafts, ...inMemory]);
    });
  }

  /** Edits that other pages have not brought to the server; if they cannot, this page does. */
  #noteForeign(copy: Pick<LocalCopy, 'unsent'> | null): void {
    this.#foreign = this.#foreignIn(copy);
    if (this.#foreign.length === 0) return;
    const then = new Set(this.#foreign.map((edit) => edit.key));
    this.#cancelAdoption ??= this.#clock.after(ADOPT_AFTER_MS, () => {
      this.#cancelAdoption = null;
      void this.#keeper.exclusive((store) => this.#takeOver(then, store));
    });
  }

  /** Sends what other pages left behind; what belongs to a history that has gone becomes a draft. */
  async #takeOver(keys: ReadonlySet<number>, store: LocalStore): Promise<void> {
    const copy = await store.load(this.chapterId);
    if (this.#phase.kind === 'ended' || this.#phase.kind === 'starting-over') return;
    this.#adoptFrom(copy, keys);
    const orphans = this.#foreignIn(copy).filter(
      (edit) => keys.has(edit.key) && !this.#belongsToText(edit),
    );
    if (orphans.length > 0) {
      const draft = this.#draftOf(
        'stale',
        orphans.map((edit) => edit.bytes),
      );
      this.#drafts = [...this.#drafts, draft];
      this.#unkeptDrafts.add(draft.id);
      this.changes.emit();
      const orphaned = orphans.map((edit) => edit.key);
      await store.setAside(this.chapterId, orphaned, draft);
      this.#unkeptDrafts.delete(draft.id);
    }
    this.#noteForeign(await store.peek(this.chapterId));
    this.#evaluate();
  }

  #draftOf(reason: Draft['reason'], also?: readonly Uint8Array[]): Draft {
    return {
      id: randomId(this.#random),
      chapterId: this.chapterId,
      reason,
      at: this.#clock.now(),
      state: this.#wholeText(also),
    };
  }

  /** Apart, since the phase changes while something is awaited. */
  #isIdle(): boolean {
    return this.#phase.kind === 'idle';
  }

  #setDrafts(drafts: readonly Draft[]): void {
    this.#drafts = drafts;
    this.changes.emit();
    this.#evaluate();
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
    while (this.#phase.kind === 'open' && this.access?.mode === 'write') {
      const inFlight = this.#outbox.framesInFlight;
      if (inFlight >= MAX_FRAMES_IN_FLIGHT) return;
      if (inFlight > 0 && this.#link.bufferedBytes > MAX_BUFFERED_BYTES) return;
      const edits = this.#outbox.next(FRAME_TARGET_BYTES);
      if (edits.length === 0) return;
      const wait = this.#lastFrameAt + FRAME_INTERVAL_MS - this.#clock.now();
      if (inFlight > 0 && wait > 0) {
        this.#cancelPace ??= this.#clock.after(wait, () => {
          this.#cancelPace = null;
          this.#evaluate();
        });
        return;
      }
      const bytes = mergeAll(edits.map((edit) => edit.bytes));
      if (bytes.length > MAX_UPDATE_BYTES) {
        this.#startOver({ kind: 'refused', reason: 'too-large', edits: new Set(edits) });
        return;
      }
      this.#sendUpdate(bytes, edits);
    }
  }

  #tell(): void {
    const phase = this.#phase;
    const foreign = this.#foreign.reduce((sum, edit) => sum + edit.changes, 0);
    const next = saveStateOf({
      closedCode: this.#closedCode,
      loaded: this.#loaded,
      online: this.#link.online,
      caughtUp: phase.kind === 'open' && this.#position >= phase.head,
      access: this.access,
      pending: this.#outbox.pending + foreign,
      keptLocally: this.#keeper.keptLocally,
    });
    if (sameSaveState(next, this.state)) return;
    this.state = next;
    this.changes.emit();
  }
}
