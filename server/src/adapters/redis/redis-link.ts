import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { openRedisPair, type RedisCommands, type RedisPair } from './redis-pair.ts';
import { Subscriptions } from './subscriptions.ts';

/** How often Redis is asked whether it is there. */
const PING_EVERY_MS = 1_000;

/** Without an answer for so long the connections are given up: a partition says nothing. */
const SILENCE_LIMIT_MS = 4_000;

/** Wait before the first new attempt, doubled up to the longest. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 3_000;

/** News that wait to be sent, in bytes; beyond them news are dropped. */
const PENDING_BYTES_MAX = 8 * 1024 * 1024;

/** Length of a node's name in front of what it publishes. */
const NODE_BYTES = 12;

/** How long Redis took, in milliseconds. */
export interface LinkTiming {
  /** Until it answered a ping. */
  readonly roundTripMs: number;
  /** Until a message published on one connection was heard on the other, as news are. */
  readonly newsMs: number;
}

/** This node's way to the others over Redis. Nothing in it is kept, and nothing depends on it. */
export interface RedisLink {
  /** Name of this node, drawn at random at every start. */
  readonly node: string;
  /** What every key and channel of this instance begins with. */
  readonly prefix: string;
  /** Whether Redis is connected and answers. */
  readonly isUp: boolean;
  /** Milliseconds since Redis last answered; since the start when it never has. */
  readonly silentMs: number;
  /** News dropped because Redis was away or too slow. */
  readonly dropped: number;
  /** Tells the other nodes that listen to the channel. Dropped while Redis is away. Never throws. */
  publish(channel: string, news: Uint8Array): void;
  /** Hears what other nodes publish and which, never this one. The returned function ends it. */
  listen(channel: string, listener: (news: Uint8Array, node: string) => void): () => void;
  /** Calls back each time Redis is there again: news may have been missed. */
  onUp(listener: () => void): () => void;
  /**
   * Calls back with how long Redis took, about once a second while it answers. The returned function
   * ends it.
   */
  onTimed(listener: (times: LinkTiming) => void): () => void;
  /** Runs commands. Rejects at once while Redis is away. */
  run<T>(work: (commands: RedisCommands) => Promise<T>): Promise<T>;
  /** Resolves when every `listen` before has taken effect, or Redis is away. */
  settled(): Promise<void>;
  /** Ends the connections and all attempts. Safe to call twice. */
  close(): void;
}

/**
 * Opens the link to the Redis at `url` and keeps it: attempts are repeated for ever. Resolves as soon
 * as the first attempt has succeeded or failed: a node starts without Redis and heals. Instances that
 * share one Redis keep apart by the number of the database in its address.
 */
export async function openRedisLink(url: string, logger: FastifyBaseLogger): Promise<RedisLink> {
  const link = new ReconnectingLink(url, logger);
  await link.connect();
  return link;
}

class ReconnectingLink implements RedisLink {
  readonly #name = randomBytes(NODE_BYTES);
  readonly node = this.#name.toString('hex');
  readonly prefix: string;
  readonly #url: string;
  readonly #logger: FastifyBaseLogger;
  readonly #subscriptions: Subscriptions;
  readonly #upListeners = new Set<() => void>();
  readonly #timeListeners = new Set<(times: LinkTiming) => void>();
  /** Told when this node hears what it published itself to time the way. */
  #onEcho: (() => void) | null = null;
  readonly #pings: NodeJS.Timeout;
  readonly #echoChannel: string;
  #pair: RedisPair | null = null;
  #isUp = false;
  #isClosed = false;
  #answeredAt = performance.now();
  #retry: NodeJS.Timeout | null = null;
  #attempts = 0;
  #pendingBytes = 0;
  #dropped = 0;

  constructor(url: string, logger: FastifyBaseLogger) {
    this.#url = url;
    this.#logger = logger;
    const database = new URL(url).pathname.slice(1);
    this.prefix = `plenary:${database === '' ? '0' : database}:`;
    this.#subscriptions = new Subscriptions((error) =>
      logger.error({ err: error }, 'news from Redis could not be taken'),
    );
    this.#echoChannel = `${this.prefix}echo:${this.node}`;
    this.#subscriptions.add(this.#echoChannel, () => this.#onEcho?.());
    this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get silentMs(): number {
    return performance.now() - this.#answeredAt;
  }

  get dropped(): number {
    return this.#dropped;
  }

  publish(channel: string, news: Uint8Array): void {
    const message = Buffer.concat([this.#name, news]);
    const size = message.byteLength;
    if (!this.#isUp || this.#pair === null || this.#pendingBytes + size > PENDING_BYTES_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#pendingBytes += size;
    this.#pair.commands
      .publish(this.prefix + channel, message)
      .catch(() => {
        this.#dropped += 1;
      })
      .finally(() => {
        this.#pendingBytes -= size;
      });
  }

  listen(channel: string, listener: (news: Uint8Array, node: string) => void): () => void {
    return this.#subscriptions.add(this.prefix + channel, (message) => {
      if (message.byteLength < NODE_BYTES) return;
      const name = message.subarray(0, NODE_BYTES);
      if (name.equals(this.#name)) return;
      listener(new Uint8Array(message.subarray(NODE_BYTES)), name.toString('hex'));
    });
  }

  onUp(listener: () => void): () => void {
    this.#upListeners.add(listener);
    return () => void this.#upListeners.delete(listener);
  }

  onTimed(listener: (times: LinkTiming) => void): () => void {
    this.#timeListeners.add(listener);
    return () => void this.#timeListeners.delete(listener);
  }

  run<T>(work: (commands: RedisCommands) => Promise<T>): Promise<T> {
    if (!this.#isUp || this.#pair === null) return Promise.reject(new Error('Redis is away'));
    return work(this.#pair.commands);
  }

  settled(): Promise<void> {
    return this.#subscriptions.settled();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isUp = false;
    clearInterval(this.#pings);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#subscriptions.lose();
    this.#pair?.destroy();
    this.#upListeners.clear();
    this.#timeListeners.clear();
  }

  /** One attempt; resolves when it has succeeded or failed. Never rejects. */
  async connect(): Promise<void> {
    this.#retry = null;
    try {
      const pair = await openRedisPair(this.#url, (error) => this.#lost(pair, error));
      if (this.#isClosed) return pair.destroy();
      this.#pair = pair;
      this.#answered();
      await this.#subscriptions.use(pair.listener);
      if (this.#pair === pair) this.#up();
    } catch (error) {
      this.#failed(error);
    }
  }

  #up(): void {
    this.#isUp = true;
    if (this.#attempts > 0) this.#logger.info('Redis is there again');
    this.#attempts = 0;
    for (const listener of this.#upListeners) listener();
  }

  #lost(pair: RedisPair, error: unknown): void {
    if (this.#pair !== pair) return;
    this.#pair = null;
    this.#isUp = false;
    this.#subscriptions.lose();
    pair.destroy();
    this.#failed(error);
  }

  #failed(error: unknown): void {
    if (this.#isClosed || this.#retry !== null) return;
    if (this.#attempts === 0) {
      // Once, not at every attempt. Neither the address nor the password is in the error.
      this.#logger.warn(
        { err: error },
        'Redis is away: news between nodes is late until it is back',
      );
    }
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    // Nodes that lost Redis together do not come back together.
    const delay = longest * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => void this.connect(), delay);
  }

  #ping(): void {
    const pair = this.#pair;
    if (pair === null) return;
    if (this.silentMs > SILENCE_LIMIT_MS) {
      this.#lost(pair, new Error('Redis does not answer'));
      return;
    }
    const startedAt = performance.now();
    const sinceStart = (): number => performance.now() - startedAt;
    const heard = new Promise<number>((resolve) => {
      this.#onEcho = () => resolve(sinceStart());
    });
    const answered = pair.commands.ping().then(sinceStart);
    const told = pair.commands.publish(this.#echoChannel, this.#name);
    Promise.all([answered, pair.listener.ping(), told]).then(
      ([roundTripMs]) => {
        this.#answered();
        void heard.then((newsMs) => {
          for (const listener of this.#timeListeners) listener({ roundTripMs, newsMs });
        });
      },
      () => {}, // a connection that broke says so by itself
    );
  }

  #answered(): void {
    this.#answeredAt = performance.now();
  }
}
