import { createClient } from 'redis';

/** Commands that may wait at once; beyond them new ones are refused by the client. */
const COMMANDS_MAX = 20_000;

/** Longest time a connection may take to be made. */
const CONNECT_TIMEOUT_MS = 5_000;

/** What every client of ours is like. */
function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: COMMANDS_MAX,
    // Who made the pair makes the next one: a client that came back by itself would say nothing of
    // the news it has missed.
    socket: { reconnectStrategy: false, connectTimeout: CONNECT_TIMEOUT_MS },
    maintNotifications: 'disabled',
  });
}

/** A client for commands. */
export type RedisCommands = ReturnType<typeof newClient>;

/** Two connections that live and end together: one for commands, one that listens. */
export interface RedisPair {
  readonly commands: RedisCommands;
  readonly listener: RedisCommands;
  /** Ends both at once. Safe to call twice. */
  destroy(): void;
}

/**
 * Connects twice to the Redis at `url` (`redis:` or `rediss:`, which is TLS). `onLost` is called at
 * most once, when one of the two breaks afterwards. Rejects when one cannot be made.
 */
export async function openRedisPair(
  url: string,
  onLost: (error: Error) => void,
): Promise<RedisPair> {
  const commands = newClient(url);
  const listener = newClient(url);
  let isOpen = false;
  let isOver = false;
  const destroy = (): void => {
    isOver = true;
    commands.destroy();
    listener.destroy();
  };
  for (const client of [commands, listener]) {
    client.on('error', (error: Error) => {
      if (isOver || !isOpen) return; // the attempt itself rejects
      destroy();
      onLost(error);
    });
  }
  try {
    await Promise.all([commands.connect(), listener.connect()]);
  } catch (error) {
    destroy();
    throw error;
  }
  isOpen = true;
  return { commands, listener, destroy };
}
