import type { Clock } from './ports.ts';

/** How often a lane sends, and how much at once. */
export interface LanePace {
  readonly everyMs: number;
  readonly states: number;
}

/**
 * Yjs clients whose presence is to be told: they gather for a moment and go out together, in the
 * order in which they first changed. Who changes again meanwhile keeps its place, so everybody gets
 * a turn however busy the others are.
 */
export class PresenceLane {
  readonly #clock: Clock;
  readonly #pace: () => LanePace;
  readonly #send: (clients: readonly number[]) => void;
  readonly #waiting = new Set<number>();
  #cancelTimer: (() => void) | null = null;

  constructor(clock: Clock, pace: () => LanePace, send: (clients: readonly number[]) => void) {
    this.#clock = clock;
    this.#pace = pace;
    this.#send = send;
  }

  note(client: number): void {
    this.#waiting.add(client);
    this.#cancelTimer ??= this.#clock.after(this.#pace().everyMs, () => {
      this.#cancelTimer = null;
      this.#flush();
    });
  }

  /** Sends nothing more. Safe to call twice. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#waiting.clear();
  }

  #flush(): void {
    const { states } = this.#pace();
    const clients: number[] = [];
    for (const client of this.#waiting) {
      if (clients.length >= states) break;
      clients.push(client);
      this.#waiting.delete(client);
    }
    if (clients.length > 0) this.#send(clients);
    const [next] = this.#waiting;
    if (next !== undefined) this.note(next);
  }
}
