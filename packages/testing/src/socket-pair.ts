import type { SocketFactory, WebSocketLike } from '@plenary/provider';
import type { Clock, Inbound, Socket } from '@plenary/relay';

/** What happens when a client's socket reaches the server; null when nobody listens there. */
export type Acceptor = (socket: Socket, url: string) => Inbound | null;

/** Frames on their way in one direction, in order. */
class Lane {
  readonly #clock: Clock;
  readonly #delay: () => number;
  #lastDue = 0;
  #isDead = false;
  waiting = 0;

  constructor(clock: Clock, delay: () => number) {
    this.#clock = clock;
    this.#delay = delay;
  }

  push(bytes: number, deliver: () => void): void {
    if (this.#isDead) return;
    this.waiting += bytes;
    this.#lastDue = Math.max(this.#lastDue, this.#clock.now() + this.#delay());
    this.#clock.after(this.#lastDue - this.#clock.now(), () => {
      this.waiting -= bytes;
      if (!this.#isDead) deliver();
    });
  }

  /** Nothing comes through any more, and nobody is told. */
  die(): void {
    this.#isDead = true;
  }
}

/**
 * A WebSocket between a provider and a relay in one process: both ends, frames delayed and in order,
 * to be cut at any moment, with or without either end noticing.
 */
export class SocketPair implements WebSocketLike {
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly #up: Lane;
  readonly #down: Lane;
  #inbound: Inbound | null = null;
  #clientOpen = true;
  #serverOpen = true;

  constructor(options: {
    clock: Clock;
    /** Milliseconds one frame takes, drawn for each. */
    delay: () => number;
    accept: (socket: Socket) => Inbound | null;
  }) {
    this.#up = new Lane(options.clock, options.delay);
    this.#down = new Lane(options.clock, options.delay);
    this.#up.push(0, () => {
      this.#inbound = options.accept(this.#serverEnd());
      if (this.#inbound === null) {
        this.#tellClient(1006);
        return;
      }
      this.#down.push(0, () => this.onopen?.());
    });
  }

  get bufferedAmount(): number {
    return this.#up.waiting;
  }

  send(data: Uint8Array): void {
    const copy = data.slice();
    this.#up.push(copy.length, () => {
      if (this.#serverOpen) this.#inbound?.message(copy, true);
    });
  }

  close(): void {
    this.#clientOpen = false;
    this.#down.die();
    this.#up.push(0, () => {
      this.#tellServer();
    });
  }

  /** The network breaks: what is on its way is lost, and both ends learn it at once. */
  cut(): void {
    this.stall();
    this.#tellClient(1006);
    this.#tellServer();
  }

  /** The network swallows everything from now on, and neither end is told. */
  stall(): void {
    this.#up.die();
    this.#down.die();
  }

  #serverEnd(): Socket {
    const waiting = () => this.#down.waiting;
    return {
      send: (frame) => {
        if (!this.#serverOpen) return;
        const copy = frame.slice();
        this.#down.push(copy.length, () => this.onmessage?.({ data: copy.buffer }));
      },
      get bufferedBytes() {
        return waiting();
      },
      close: (code, reason) => {
        this.#serverOpen = false;
        this.#down.push(0, () => {
          this.#tellClient(code, reason);
        });
        this.#tellServer();
      },
      terminate: () => {
        this.#serverOpen = false;
        this.#down.push(0, () => {
          this.#tellClient(1006);
        });
        this.#tellServer();
      },
    };
  }

  #tellClient(code: number, reason = ''): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.onclose?.({ code, reason });
  }

  #tellServer(): void {
    this.#serverOpen = false;
    const inbound = this.#inbound;
    this.#inbound = null;
    inbound?.closed();
  }
}

/** Opens socket pairs to whatever `accept` stands for, and remembers them. */
export function socketPairs(options: { clock: Clock; delay: () => number; accept: Acceptor }): {
  readonly openSocket: SocketFactory;
  readonly pairs: SocketPair[];
} {
  const pairs: SocketPair[] = [];
  return {
    pairs,
    openSocket: (url) => {
      const { clock, delay, accept } = options;
      const pair = new SocketPair({ clock, delay, accept: (socket) => accept(socket, url) });
      pairs.push(pair);
      return pair;
    },
  };
}
