export {
  CONNECT_DEADLINE_MS,
  NETWORK_CHANGE_DEADLINE_MS,
  PING_INTERVAL_MS,
  PONG_DEADLINE_MS,
  STABLE_AFTER_MS,
  connect,
} from './connection.ts';
export { FIRST_DELAY_MS, LONGEST_DELAY_MS, delayBefore } from './backoff.ts';
export { MemoryDisk, createMemoryStore } from './memory-store.ts';
export { openIndexedDbStore } from './browser/indexed-db-store.ts';
export { browserNetwork, openBrowserSocket } from './browser/browser-ports.ts';
export { pollingSocketFactory } from './browser/polling-socket.ts';
export { withFallback, type FallbackOptions } from './fallback-socket.ts';
export { secureRandom, systemClock } from './system-ports.ts';
export type {
  Advance,
  Clock,
  ConnectOptions,
  Connection,
  Draft,
  LocalCopy,
  LocalEdit,
  LocalStore,
  Network,
  Replica,
  SaveState,
  SocketFactory,
  UnsentEdit,
  WebSocketLike,
} from './types.ts';
