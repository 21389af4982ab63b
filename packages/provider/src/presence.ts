import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { Clock } from './types.ts';

/** Least time between two presence frames of one chapter: ten carets a second look fluent. */
export const PRESENCE_INTERVAL_MS = 100;

/** Stock clients forget a presence after 30 s without news: half of it, as they do themselves. */
export const RENEWAL_INTERVAL_MS = 15_000;

/** Origin of everything that comes from the server. */
const FROM_SERVER = Symbol('from server');

/**
 * An awareness whose clean-up belongs to the server: a presence goes when its socket goes, not by
 * a timer here, so an idle colleague stays visible without renewals (wire.md W45).
 */
export function createAwareness(doc: Doc): Awareness {
  const awareness = new Awareness(doc);
  clearInterval(awareness._checkInterval);
  return awareness;
}

/** Sends this client's presence in one chapter at a bounded pace, and shows the others'. */
export class PresenceLane {
  readonly awareness: Awareness;
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  #open = false;
  #dirty = false;
  #lastSent = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;
  #cancelRenewal: (() => void) | null = null;

  constructor(awareness: Awareness, clock: Clock, send: (bytes: Uint8Array) => void) {
    this.awareness = awareness;
    this.#clock = clock;
    this.#send = send;
    awareness.on('update', this.#onUpdate);
  }

  /**
   * The chapter is open: presence may be sent. The state is renewed first, since clients that saw it
   * go accept it again only with a higher clock.
   */
  opened(): void {
    this.#open = true;
    this.#renew();
  }

  /** The chapter is not open: nobody else can be seen any more. */
  lost(): void {
    this.#open = false;
    this.#stopTimers();
    const others = [...this.awareness.getStates().keys()].filter(
      (id) => id !== this.awareness.clientID,
    );
    removeAwarenessStates(this.awareness, others, FROM_SERVER);
    for (const id of this.awareness.meta.keys()) {
      if (id !== this.awareness.clientID) this.awareness.meta.delete(id);
    }
  }

  /** Others' presence. What cannot be read is passed over: presence is never worth a connection. */
  receive(bytes: Uint8Array): void {
    try {
      applyAwarenessUpdate(this.awareness, bytes, FROM_SERVER);
    } catch {
      // the next presence of that client replaces it
    }
  }

  /** Stops listening and every timer. The awareness itself stays with its owner. */
  close(): void {
    this.lost();
    this.awareness.off('update', this.#onUpdate);
  }

  readonly #onUpdate = (
    { added, updated, removed }: { added: number[]; updated: number[]; removed: number[] },
    origin: unknown,
  ): void => {
    if (origin === FROM_SERVER) return;
    const own = this.awareness.clientID;
    if (![added, updated, removed].some((ids) => ids.includes(own))) return;
    this.#dirty = true;
    this.#flush();
  };

  #flush(): void {
    if (!this.#open || !this.#dirty || this.#cancelTimer !== null) return;
    const since = this.#clock.now() - this.#lastSent;
    // A negative time is a device's clock set back, not a reason to wait for it.
    if (since >= 0 && since < PRESENCE_INTERVAL_MS) {
      this.#cancelTimer = this.#clock.after(PRESENCE_INTERVAL_MS - since, () => {
        this.#cancelTimer = null;
        this.#flush();
      });
      return;
    }
    this.#dirty = false;
    this.#lastSent = this.#clock.now();
    this.#send(encodeAwarenessUpdate(this.awareness, [this.awareness.clientID]));
  }

  #renew(): void {
    this.#cancelRenewal?.();
    this.#cancelRenewal = this.#clock.after(RENEWAL_INTERVAL_MS, () => {
      this.#renew();
    });
    const state = this.awareness.getLocalState();
    if (state !== null) this.awareness.setLocalState(state);
  }

  #stopTimers(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#cancelRenewal?.();
    this.#cancelRenewal = null;
  }
}
