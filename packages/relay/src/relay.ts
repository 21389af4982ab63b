import type { Identity } from '@plenary/protocol';
import { Admission } from './admission.ts';
import { DEFAULT_LIMITS, type RelayLimits } from './limits.ts';
import { PlenarySession } from './plenary-session.ts';
import type { Authority, Bus, Clock, Inbound, Logger, Merger, Socket, UpdateLog } from './ports.ts';
import { Registry } from './registry.ts';
import { zeroCounts, type RelayCounts, type RelayMetrics } from './room-ports.ts';
import type { Session, SessionPorts } from './session.ts';
import { encodeRoomNews } from './room-news.ts';
import { StockSession } from './stock-session.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the relay works with; everything it does to the world goes through these. */
export interface RelayOptions {
  readonly log: UpdateLog;
  readonly authority: Authority;
  /** News between nodes; left out where there is one. */
  readonly bus?: Bus;
  readonly clock: Clock;
  readonly merger: Merger;
  readonly logger: Logger;
  /** Bounds that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<RelayLimits>;
  readonly metrics?: RelayMetrics;
}

/** The relay at one moment. The counts run since it started. */
export interface RelayStats extends Readonly<RelayCounts> {
  readonly sockets: number;
  readonly rooms: number;
  /** Clients in rooms; one of our own counts once for each chapter. */
  readonly members: number;
  /** Estimate of what all rooms hold in memory. */
  readonly heldBytes: number;
  /** What they may hold together; beyond it the least recently used leave. */
  readonly memoryBytes: number;
  readonly parkedBytes: number;
  /** Rows the log is known to have that rooms here have not taken over yet. */
  readonly logLagRows: number;
  /** Rooms in which the right to write has lapsed. */
  readonly lapsedRooms: number;
  /** Clients that wait to come into a chapter. */
  readonly waitingToJoin: number;
}

/** The sync engine of one node. */
export interface Relay {
  /**
   * Takes over the socket of a y-websocket client, for one chapter. `session` names the sign-in it
   * belongs to, for `disconnect`. Hand every message of the socket to the result from now on.
   */
  connectStock(client: {
    readonly socket: Socket;
    readonly identity: Identity;
    readonly chapterId: string;
    readonly session?: string;
  }): Inbound;
  /** Takes over the socket of a client of our own, which opens chapters by itself. */
  connectMultiplexed(client: {
    readonly socket: Socket;
    readonly identity: Identity;
    readonly session?: string;
  }): Inbound;
  /**
   * Somebody else appended rows to a chapter's log, for example one about rights. To be called after
   * the commit; the other nodes are told, whether or not the chapter is open here.
   */
  poke(chapterId: string, head?: number): void;
  /** Ends a person's sockets: all, or those of one sign-in. */
  disconnect(personId: string, options?: { readonly session?: string }): void;
  /**
   * A person has another name: what their open sockets show of themselves carries it from the next
   * state on, which clients renew every few seconds.
   */
  rename(personId: string, name: string): void;
  stats(): RelayStats;
  /**
   * Closes all sockets, spread evenly over a time so that their clients do not return all at once
   * (R12), and takes no new ones. Resolves when they are closed and everything accepted is on disk.
   */
  drain(options: { readonly overMs: number }): Promise<void>;
  /**
   * Ends everything at once; what was accepted is still committed, unless the store does not answer
   * for `settleMs`. Safe to call twice.
   */
  close(): Promise<void>;
}

/** How often it is looked whether everything accepted is on disk. */
const SETTLE_LOOK_MS = 10;

/** Starts a relay. It keeps timers until `close`. */
export function createRelay(options: RelayOptions): Relay {
  const limits: RelayLimits = Object.freeze({ ...DEFAULT_LIMITS, ...options.limits });
  const { clock, bus } = options;
  const counts = zeroCounts();
  const registry = new Registry({ ...options, limits, counts });
  const sessions = new Set<Session>();
  const personRates = new Map<string, TokenBucket>();
  let isDraining = false;

  const admission = new Admission(clock, {
    perSecond: limits.joinsPerSecond,
    burst: limits.joinBurst,
    longestMs: limits.joinWaitMs,
  });

  const ports: SessionPorts = {
    registry,
    admission,
    counts,
    clock,
    merger: options.merger,
    logger: options.logger,
    limits,
    personRateOf(personId) {
      let rate = personRates.get(personId);
      if (rate === undefined) {
        const { personMessagesPerSecond: perSecond, personMessageBurst: burst } = limits;
        rate = new TokenBucket(clock, { perSecond, burst });
        personRates.set(personId, rate);
      }
      return rate;
    },
    onEnd(session) {
      sessions.delete(session);
      const { personId } = session.identity;
      for (const other of sessions) if (other.identity.personId === personId) return;
      personRates.delete(personId);
    },
  };

  function admit(session: Session): Inbound {
    sessions.add(session);
    if (isDraining) session.end('restarting');
    return session;
  }

  function poke(chapterId: string, head?: number): void {
    registry.get(chapterId)?.poke(head);
    if (bus === undefined) return;
    bus.publish(chapterId, encodeRoomNews({ type: 'head', node: bus.node, head: head ?? null }));
  }

  async function settle(): Promise<void> {
    const until = clock.now() + limits.settleMs;
    while ([...registry.rooms].some((room) => room.isBusy)) {
      if (clock.now() >= until) {
        options.logger.error(
          {},
          'the store does not answer: what waits for it stays with its authors',
        );
        return;
      }
      await pause(SETTLE_LOOK_MS);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      clock.after(ms, resolve);
    });
  }

  return {
    connectStock: (client) => admit(new StockSession(client, ports)),
    connectMultiplexed: (client) => admit(new PlenarySession(client, ports)),
    poke,
    disconnect(personId, { session } = {}) {
      for (const candidate of sessions) {
        if (candidate.identity.personId !== personId) continue;
        if (session === undefined || candidate.session === session)
          candidate.end('unauthenticated');
      }
    },
    rename(personId, name) {
      for (const { identity } of sessions) {
        if (identity.personId === personId) Object.assign(identity, { name });
      }
    },
    stats() {
      const rooms = [...registry.rooms];
      const sum = (of: (room: (typeof rooms)[number]) => number) =>
        rooms.reduce((total, room) => total + of(room), 0);
      return {
        ...counts,
        sockets: sessions.size,
        rooms: rooms.length,
        members: sum((room) => room.audience.members.size),
        heldBytes: sum((room) => room.heldBytes),
        memoryBytes: limits.memoryBytes,
        parkedBytes: sum((room) => room.intake.parkedBytes),
        logLagRows: sum((room) => room.state.knownHead - room.state.head),
        lapsedRooms: rooms.filter((room) => room.rights.haveLapsed).length,
        waitingToJoin: admission.waiting,
      };
    },
    async drain({ overMs }) {
      isDraining = true;
      const open = [...sessions];
      const step = open.length === 0 ? 0 : overMs / open.length;
      await Promise.all(
        open.map(async (session, i) => {
          await pause(i * step);
          session.end('restarting');
        }),
      );
      await settle();
    },
    async close() {
      isDraining = true;
      for (const session of sessions) session.end('restarting');
      await settle();
      admission.close();
      registry.close('restarting');
    },
  };
}
