import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { inTime } from './in-time.ts';

/** Longest wait for an answer beyond the time Redis was told to wait for entries itself. */
const GRACE_MS = 5_000;

/** Pause after a failure: whoever reads in a loop must not spin. */
const RETRY_MS = 500;

/** What a read brings: a stream's entries, as the socket.io adapter takes them. */
type Entries = Awaited<ReturnType<ReturnType<typeof newReader>['xRead']>>;

function newReader(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: false },
    maintNotifications: 'disabled',
  });
}

/**
 * Reads a stream over a connection of its own, since a read that waits for entries holds up everything
 * behind it. A read never rejects: without Redis it pauses and brings nothing.
 */
export class StreamReader {
  readonly #url: string;
  #client: ReturnType<typeof newReader> | null = null;
  #isClosed = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** Entries after an id, or null when none came in time or Redis is away. */
  async read(
    streams: { readonly key: string; readonly id: string }[],
    options: { readonly COUNT: number; readonly BLOCK: number },
  ): Promise<Entries> {
    try {
      const client = await this.#connected();
      return await inTime(client.xRead(streams, options), options.BLOCK + GRACE_MS);
    } catch {
      this.#drop();
      if (!this.#isClosed) await wait(RETRY_MS);
      return null;
    }
  }

  /** Ends the connection. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #connected(): Promise<ReturnType<typeof newReader>> {
    if (this.#isClosed) throw new Error('closed');
    if (this.#client?.isReady === true) return this.#client;
    this.#drop();
    const client = newReader(this.#url);
    client.on('error', () => {}); // the read that waits rejects with it
    this.#client = client;
    await client.connect();
    return client;
  }

  #drop(): void {
    this.#client?.destroy();
    this.#client = null;
  }
}
