import type { RedisCommands } from './redis-pair.ts';

/** Hears what is published in a channel. */
export type ChannelListener = (message: Buffer) => void;

/**
 * Who listens to which channel, whatever the connection does: each new connection is brought to the
 * same channels. Changes are sent one batch after another, so that a channel left and entered again
 * at once is still heard.
 */
export class Subscriptions {
  readonly #listeners = new Map<string, Set<ChannelListener>>();
  readonly #onError: (error: unknown) => void;
  #client: RedisCommands | null = null;
  /** Channels the current connection has been asked for. */
  #entered = new Set<string>();
  #work: Promise<void> | null = null;

  /** `onError` is told when a listener throws or the connection refuses a channel. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Adds a listener; the returned function removes it and may be called twice. */
  add(channel: string, listener: ChannelListener): () => void {
    // An object of its own: the same function may listen twice.
    const own: ChannelListener = (message) => listener(message);
    const known = this.#listeners.get(channel);
    if (known === undefined) this.#listeners.set(channel, new Set([own]));
    else known.add(own);
    void this.#follow();
    return () => {
      const listeners = this.#listeners.get(channel);
      if (listeners?.delete(own) !== true || listeners.size > 0) return;
      this.#listeners.delete(channel);
      void this.#follow();
    };
  }

  /** Uses this connection from now on; resolves when it listens to every channel. */
  async use(client: RedisCommands): Promise<void> {
    this.#client = client;
    this.#entered = new Set();
    await this.#work;
    await this.#follow();
  }

  /** The connection has gone. */
  lose(): void {
    this.#client = null;
    this.#entered = new Set();
  }

  /** Resolves when everything asked for so far has taken effect on the connection there is. */
  settled(): Promise<void> {
    return this.#follow();
  }

  #follow(): Promise<void> {
    this.#work ??= this.#catchUp().finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const client = this.#client;
      const entered = this.#entered;
      if (client === null) return;
      const leave = [...entered].filter((channel) => !this.#listeners.has(channel));
      const enter = [...this.#listeners.keys()].filter((channel) => !entered.has(channel));
      if (leave.length + enter.length === 0) return;
      for (const channel of leave) entered.delete(channel);
      for (const channel of enter) entered.add(channel);
      try {
        if (leave.length > 0) await client.unsubscribe(leave);
        if (enter.length > 0) await client.subscribe(enter, this.#hear, true);
      } catch (error) {
        // A connection that broke is replaced, and the next one starts from the beginning.
        if (client === this.#client && client.isOpen) this.#onError(error);
        return;
      }
    }
  }

  readonly #hear = (message: Buffer, channel: Buffer): void => {
    for (const listener of this.#listeners.get(channel.toString()) ?? []) {
      try {
        listener(message);
      } catch (error) {
        this.#onError(error);
      }
    }
  };
}
