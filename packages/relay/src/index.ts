export {
  compact,
  diff,
  impliedDeletions,
  inlineMerger,
  mergeUpdates,
  outline,
  summarise,
} from './heavy-work.ts';
export { cutUpdate, type ClockRange, type UpdateOutline } from './update-outline.ts';
export { MAX_NEWS_BYTES } from './ports.ts';
export type {
  AppendResult,
  Authority,
  Bus,
  Clock,
  Inbound,
  LogRow,
  Logger,
  Merger,
  NewRow,
  Socket,
  StoredRoom,
  UpdateLog,
  UpdateSummary,
} from './ports.ts';
export type { ConnectionEvent, ConnectionStory } from './connection-story.ts';
export { DEFAULT_LIMITS, type RelayLimits } from './limits.ts';
export { createRelay, type Relay, type RelayOptions, type RelayStats } from './relay.ts';
export type { FlushFigures, RelayCounts, RelayMetrics } from './room-ports.ts';
