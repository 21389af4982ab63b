import type { Clock, SocketFactory, WebSocketLike } from './types.ts';

/** Attempts in a row that may fail before the other way is tried, where none ever succeeded … */
const FAILURES_AT_FIRST = 3;

/** … and where one has: then the server is likelier to be away than the network to refuse. */
const FAILURES_LATER = 8;

/** When it is looked whether the first way works again, after the other way was taken. */
const PROBE_AFTER_MS = [1_000, 5_000, 60_000, 300_000] as const;

/** A probe that has not succeeded by then has failed. */
const PROBE_DEADLINE_MS = 10_000;

/** Code of an attempt that was only to see whether it succeeds (RFC 6455). */
const NORMAL_CLOSURE = 1000;

/** Code with which a connection is given up for a better one: it may be made anew. */
const GIVEN_UP = 4000;

/** Two ways to a server. */
export interface FallbackOptions {
  /** The better way: WebSockets. */
  readonly first: SocketFactory;
  /** The way that gets through where the first is refused. */
  readonly second: SocketFactory;
  readonly clock: Clock;
}

/**
 * A factory that takes the second way when attempts by the first fail again and again without ever
 * opening. If that does not open either, the server or the network is away, and it begins again with
 * the first. While a connection lasts by the second way it is looked now and then whether the first
 * works; if so the connection is given up, and the next is made by the first.
 */
export function withFallback(options: FallbackOptions): SocketFactory {
  return new Ways(options).open;
}

class Ways {
  readonly #options: FallbackOptions;
  /** Attempts by the first way in a row that have not opened. */
  #failures = 0;
  #hasEverOpened = false;

  constructor(options: FallbackOptions) {
    this.#options = options;
  }

  readonly open: SocketFactory = (url, protocol) => {
    const limit = this.#hasEverOpened ? FAILURES_LATER : FAILURES_AT_FIRST;
    const { first, second } = this.#options;
    if (this.#failures >= limit) {
      this.#failures = 0;
      return new WatchedSocket(second(url, protocol), {
        opened: (socket) => {
          // What worked is tried first the next time, until a look finds the first way open.
          this.#failures = FAILURES_LATER;
          this.#probe({ url, protocol, socket, round: 0 });
        },
      });
    }
    // Counted as failed until it opens: also where the attempt itself throws.
    this.#failures += 1;
    return new WatchedSocket(first(url, protocol), {
      opened: () => this.#firstOpened(),
    });
  };

  #firstOpened(): void {
    this.#hasEverOpened = true;
    this.#failures = 0;
  }

  #probe(at: {
    readonly url: string;
    readonly protocol: string;
    readonly socket: WatchedSocket;
    readonly round: number;
  }): void {
    const { first, clock } = this.#options;
    const { url, protocol, socket, round } = at;
    const delay = PROBE_AFTER_MS[round] ?? PROBE_AFTER_MS.at(-1)!;
    socket.whenOver = clock.after(delay, () => {
      let isSettled = false;
      const settle = (works: boolean): void => {
        if (isSettled) return;
        isSettled = true;
        cancel();
        probe.close(NORMAL_CLOSURE);
        if (socket.isOver) return;
        if (!works) return this.#probe({ url, protocol, socket, round: round + 1 });
        this.#firstOpened();
        socket.giveUp(GIVEN_UP);
      };
      const cancel = clock.after(PROBE_DEADLINE_MS, () => settle(false));
      const probe = first(url, protocol);
      probe.onopen = () => settle(true);
      probe.onclose = () => settle(false);
      probe.onerror = () => {};
      socket.whenOver = () => settle(false);
    });
  }
}

/** A socket that tells when it has opened, to whoever decides about the next one. */
class WatchedSocket implements WebSocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  /** Called once when the socket is over, whoever ended it. */
  whenOver: (() => void) | null = null;
  isOver = false;
  readonly #socket: WebSocketLike;

  constructor(socket: WebSocketLike, hears: { opened(socket: WatchedSocket): void }) {
    this.#socket = socket;
    socket.onopen = () => {
      if (this.isOver) return;
      hears.opened(this);
      this.onopen?.();
    };
    socket.onmessage = (event) => this.onmessage?.(event);
    socket.onerror = (event) => this.onerror?.(event);
    socket.onclose = (event) => {
      this.#end();
      this.onclose?.(event);
    };
  }

  get binaryType(): string {
    return this.#socket.binaryType;
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#end();
    this.#socket.close(code, reason);
  }

  /** Ends it as if the network had, so that its owner connects anew. */
  giveUp(code: number): void {
    const { onclose } = this;
    this.onclose = null;
    this.close(code);
    onclose?.({ code, reason: '' });
  }

  #end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.whenOver?.();
    this.whenOver = null;
  }
}
