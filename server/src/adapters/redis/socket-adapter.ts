import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { Namespace } from 'socket.io';
import { inTime } from './in-time.ts';
import type { RedisLink } from './redis-link.ts';
import { StreamReader } from './stream-reader.ts';

/** Events kept for connections that come back: some minutes of a busy instance. */
const STREAM_LENGTH = 2_000;

/** Longest time an event waits for Redis before it is told on this node alone. */
const ADD_TIMEOUT_MS = 1_000;

/** What socket.io keeps of a connection that broke: its rooms and what we keep in `data`. */
export interface KeptSession {
  readonly rooms: readonly string[];
  readonly data: unknown;
}

type Adapter = ReturnType<ReturnType<typeof createAdapter>>;

/**
 * The adapter of socket.io over Redis streams. It is given our link in place of a client: nothing it
 * does waits for a Redis that is away, and its reading loop cannot spin. `mayResume` is asked before
 * a connection that broke gets what it missed; where it says no, the connection begins anew.
 */
export function createSocketAdapter(
  link: RedisLink,
  options: { readonly url: string; mayResume(session: KeptSession): Promise<boolean> },
): (namespace: Namespace) => Adapter {
  const { prefix } = link;
  const create = createAdapter(standIn(link, options.url), {
    streamName: `${prefix}events`,
    sessionKeyPrefix: `${prefix}session:`,
    channelPrefix: 'socket.io',
    maxLen: STREAM_LENGTH,
  });
  // Not an arrow: socket.io calls it with `new`.
  return function ResumingAdapter(namespace: Namespace): Adapter {
    const adapter = create(namespace);
    const restore = adapter.restoreSession.bind(adapter);
    adapter.restoreSession = async (pid, offset) => {
      const session = await restore(pid, offset);
      return (await options.mayResume(session)) ? session : (null as never); // means: begin anew
    };
    return adapter;
  };
}

/** The part of a `redis` client that the adapter uses, over the link. */
function standIn(link: RedisLink, url: string) {
  return {
    /** How the adapter knows a client of the `redis` package. */
    sSubscribe(): void {},
    duplicate() {
      const reader = new StreamReader(url);
      return {
        sSubscribe(): void {},
        on(): void {},
        connect: () => Promise.resolve(),
        disconnect: () => reader.close(),
        xRead: reader.read.bind(reader),
        subscribe(channels: readonly string[], listener: (message: Buffer) => void): void {
          for (const channel of channels) {
            link.listen(channel, (bytes) => listener(Buffer.from(bytes)));
          }
        },
      };
    },
    xAdd(...args: Parameters<Commands['xAdd']>): Promise<unknown> {
      // Beyond the time the adapter tells its own node alone.
      return inTime(
        link.run((commands) => commands.xAdd(...args)),
        ADD_TIMEOUT_MS,
      );
    },
    xRange: (...args: Parameters<Commands['xRange']>) =>
      link.run((commands) => commands.xRange(...args)),
    multi: () => ({
      get: (key: string) => ({
        del: () => ({
          exec: () => link.run((commands) => commands.multi().get(key).del(key).exec()),
        }),
      }),
    }),
    /** Keeps a session; without Redis it is lost, and the connection begins anew. */
    async set(...args: Parameters<Commands['set']>): Promise<void> {
      await link.run((commands) => commands.set(...args)).catch(() => undefined);
    },
    publish(channel: string, payload: Buffer): Promise<number> {
      link.publish(channel, payload);
      return Promise.resolve(0);
    },
  };
}

type Commands = Parameters<Parameters<RedisLink['run']>[0]>[0];
