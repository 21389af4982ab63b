import type { ClientEvents, ServerEvents, Watch } from '@plenary/protocol';
import type { Socket } from 'socket.io-client';
import { createContext } from 'svelte';
import { whenIdle } from '#lib/state/when-idle.ts';

type LiveSocket = Socket<ServerEvents, ClientEvents>;

/** What a screen wants to hear about while it watches an activity or a document. */
export type LiveHandlers = Partial<ServerEvents> & {
  /** News may have been missed (the connection was down): read again what is on screen. */
  readonly missed?: () => void;
};

/** The page comes first: news is connected when the browser has time, after this long at the latest. */
const PATIENCE_MS = 2_000;

/**
 * The live news of the workspace over one socket.io connection, opened soon after the first
 * subscription. Screens subscribe with what they watch; after every connection their watches are
 * renewed and `missed` is called, because news is not repeated, also not what came between reading a
 * screen and the first connection.
 */
export class Live {
  #isOnline = $state(false);
  #socket: Promise<LiveSocket> | null = null;
  readonly #subscriptions = new Set<Subscription>();
  #isClosed = false;

  /** Whether the connection is up now. */
  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** Hears news until the returned function is called; without `what` only the person's own. */
  subscribe(handlers: LiveHandlers, what?: Watch): () => void {
    const subscription: Subscription = { handlers, what };
    this.#subscriptions.add(subscription);
    void this.#connect().then((socket) => {
      if (socket.connected && what && this.#subscriptions.has(subscription)) watch(socket, what);
    });
    return () => {
      this.#subscriptions.delete(subscription);
      const isWatchedElsewhere = [...this.#subscriptions].some((other) => isSame(other.what, what));
      if (!what || isWatchedElsewhere || this.#isClosed) return;
      void this.#socket?.then((socket) => socket.connected && socket.emit('unwatch', what));
    };
  }

  /** Ends the connection for good: the person has signed out. */
  close(): void {
    this.#isClosed = true;
    this.#subscriptions.clear();
    void this.#socket?.then((socket) => socket.disconnect());
  }

  #connect(): Promise<LiveSocket> {
    this.#socket ??= this.#open();
    return this.#socket;
  }

  async #open(): Promise<LiveSocket> {
    await whenIdle(PATIENCE_MS);
    const { io } = await import('socket.io-client');
    const socket: LiveSocket = io({
      transports: ['websocket', 'polling'],
      withCredentials: true,
    });
    if (this.#isClosed) return socket.disconnect();
    socket.on('connect', () => {
      this.#isOnline = true;
      for (const { handlers, what } of this.#subscriptions) {
        const missed = (): void => handlers.missed?.();
        if (what) watch(socket, what, missed);
        else missed();
      }
    });
    socket.on('disconnect', () => (this.#isOnline = false));
    this.#forward(socket);
    return socket;
  }

  #forward(socket: LiveSocket): void {
    const all = (): readonly LiveHandlers[] => [...this.#subscriptions].map((one) => one.handlers);
    socket.on('activities:changed', () => all().forEach((to) => to['activities:changed']?.()));
    socket.on('activity:changed', (what) => all().forEach((to) => to['activity:changed']?.(what)));
    socket.on('document:changed', (what) => all().forEach((to) => to['document:changed']?.(what)));
    socket.on('document:deleted', (what) => all().forEach((to) => to['document:deleted']?.(what)));
    socket.on('membership:changed', (what) =>
      all().forEach((to) => to['membership:changed']?.(what)),
    );
    socket.on('watch:ended', (what) => all().forEach((to) => to['watch:ended']?.(what)));
    socket.on('document:presence', (what) =>
      all().forEach((to) => to['document:presence']?.(what)),
    );
    socket.on('news:missed', () => all().forEach((to) => to.missed?.()));
    socket.on('session:ended', () => all().forEach((to) => to['session:ended']?.()));
  }
}

interface Subscription {
  readonly handlers: LiveHandlers;
  readonly what: Watch | undefined;
}

/**
 * `then` is called when the server has begun to tell. A refusal needs no answer here: the screen
 * learns of it from the API call that shows the thing.
 */
function watch(socket: LiveSocket, what: Watch, then: () => void = () => undefined): void {
  socket.emit('watch', what, then);
}

function isSame(one: Watch | undefined, other: Watch | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The workspace's one connection for news: its layout sets it. */
export const [getLive, setLive] = createContext<Live>();
