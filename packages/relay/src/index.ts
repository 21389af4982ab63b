export { diff, impliedDeletions, inlineMerger, mergeUpdates, summarise } from './heavy-work.ts';
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
  RoomNews,
  Socket,
  StoredRoom,
  UpdateLog,
  UpdateSummary,
} from './ports.ts';
