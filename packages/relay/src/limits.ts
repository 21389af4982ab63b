import { MAX_CLIENT_FRAME_BYTES, MAX_UPDATE_BYTES } from '@plenary/protocol';

/** Every bound the relay keeps (R10). Times in milliseconds, sizes in bytes. */
export interface RelayLimits {
  /** Largest frame from outside; a larger one closes its socket for good. */
  readonly frameBytes: number;
  /** Largest Yjs update from outside. */
  readonly updateBytes: number;
  /** Chapters one socket may have open: a long report has 30, a workshop day some dozens of notes. */
  readonly roomsPerSocket: number;
  /**
   * Messages a second that one socket may keep up, and how many at once after a pause. A person
   * makes 15 a second, a script that replays a document some hundreds. More wait for their turn.
   */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /**
   * A larger message counts as one for each of these bytes: taking 52 KB of an update apart costs
   * 4 ms, also where all of it is held and nothing comes of it.
   */
  readonly messageBytes: number;
  /** The same for all sockets of one person together. */
  readonly personMessagesPerSecond: number;
  readonly personMessageBurst: number;
  /**
   * Chapters a second that people may come into, and how many at once after a pause: for each the
   * store is asked for somebody's rights. Who would wait longer than this is told to come back.
   */
  readonly joinsPerSecond: number;
  readonly joinBurst: number;
  readonly joinWaitMs: number;
  /** Chapters loaded at once; each may be some megabytes on the way. */
  readonly loadsAtOnce: number;
  /** Frames of one socket that may wait for their turn, by size and number, before it is closed. */
  readonly inboxBytes: number;
  readonly inboxFrames: number;
  /** Updates with gaps a room and a member may have waiting for what is missing (R14). */
  readonly parkedRoomBytes: number;
  readonly parkedMemberBytes: number;
  /** How long an update with a gap waits: a round trip to the other side of the world and back. */
  readonly parkedMs: number;
  /** Memory for all rooms together; the least recently used leave first (R2). */
  readonly memoryBytes: number;
  /** A room nobody is in leaves memory after this long: a reload of the page still finds it. */
  readonly idleMs: number;
  /** What may wait for a slow reader before it is left out of updates and caught up later (R9). */
  readonly slowReaderBytes: number;
  /** The same with the next frame, which may be a large one: it costs no more than this. */
  readonly slowReaderMostBytes: number;
  /** What may wait for a reader before presence leaves it out. */
  readonly presenceBacklogBytes: number;
  /** A slow reader that takes nothing for this long is closed. */
  readonly slowReaderMs: number;
  /** Work on more bytes than this leaves the thread that serves sockets. */
  readonly heavyBytes: number;
  /** A client's update above this size is taken apart on another thread: below, it takes 3 ms. */
  readonly parseBytes: number;
  /** Shortest time between two commits of a busy room: what arrives meanwhile shares a frame (R3). */
  readonly flushMs: number;
  /** How long presence gathers before it goes out as one frame (R8). */
  readonly presenceMs: number;
  /** Largest presence state of one client, as JSON. */
  readonly presenceStateBytes: number;
  /** Presence identities one socket may use: one, and a few more after collisions. */
  readonly presenceClientsPerSocket: number;
  /** States in one presence frame, or more where everybody would not get a turn in the next time. */
  readonly presenceFrameStates: number;
  /** Everybody's presence goes out within this time, so that none is older than 5 s (R8). */
  readonly presenceCycleMs: number;
  /** How often a node tells the others whom it has: what got lost is mended after that (R8). */
  readonly rosterMs: number;
  /** A node that is silent for this long takes its people along: three lists were not heard. */
  readonly nodeSilenceMs: number;
  /** How often the heads of the open chapters are compared with the log (R13). */
  readonly headsMs: number;
  /** Rights that could not be confirmed for this long lapse (R6). */
  readonly confirmMs: number;
  /** Stock providers close after 30 s without a message: each hears something this often (R12). */
  readonly heartbeatMs: number;
  /** Tail rows and bytes after which a room is compacted. */
  readonly compactRows: number;
  readonly compactBytes: number;
  /** Rows read at once when catching up. */
  readonly readRows: number;
  /** First and longest pause before trying again what failed (loading, authority, full disk). */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** How long an open room may fail to be read again, while the store answers, before quarantine. */
  readonly reloadMs: number;
  /** How long closing waits for what was accepted to get to the disk: a store may be away. */
  readonly settleMs: number;
  /** How long a quarantined room stays closed before it may be opened again (R9). */
  readonly quarantineMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The bounds of production; a server may lift the quotas, never the sizes. */
export const DEFAULT_LIMITS: RelayLimits = Object.freeze({
  frameBytes: MAX_CLIENT_FRAME_BYTES,
  updateBytes: MAX_UPDATE_BYTES,
  roomsPerSocket: 200,
  messagesPerSecond: 1_000,
  messageBurst: 5_000,
  messageBytes: 1 * KIB,
  personMessagesPerSecond: 2_000,
  personMessageBurst: 10_000,
  joinsPerSecond: 2_000,
  joinBurst: 1_000,
  joinWaitMs: 15_000,
  loadsAtOnce: 8,
  inboxBytes: 32 * MIB,
  inboxFrames: 20_000,
  parkedRoomBytes: 16 * MIB,
  parkedMemberBytes: 8 * MIB,
  parkedMs: 10_000,
  memoryBytes: 256 * MIB,
  idleMs: 30_000,
  slowReaderBytes: 1 * MIB,
  slowReaderMostBytes: 4 * MIB,
  presenceBacklogBytes: 64 * KIB,
  slowReaderMs: 60_000,
  heavyBytes: 256 * KIB,
  parseBytes: 64 * KIB,
  flushMs: 5,
  presenceMs: 60,
  presenceStateBytes: 4 * KIB,
  presenceClientsPerSocket: 4,
  presenceFrameStates: 100,
  presenceCycleMs: 3_500,
  rosterMs: 4_000,
  nodeSilenceMs: 15_000,
  headsMs: 1_000,
  confirmMs: 5_000,
  heartbeatMs: 20_000,
  compactRows: 1_000,
  compactBytes: 64 * KIB,
  readRows: 2_000,
  retryMs: 1_000,
  retryMaxMs: 60_000,
  reloadMs: 30_000,
  settleMs: 10_000,
  quarantineMs: 30_000,
});
