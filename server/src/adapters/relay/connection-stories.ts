import { randomBytes } from 'node:crypto';
import { CLOSE_CODES, type CloseReason, type Identity } from '@plenary/protocol';
import type { ConnectionEvent, ConnectionStory } from '@plenary/relay';
import type { FastifyBaseLogger } from 'fastify';

/**
 * What a connection is: a y-websocket client, a client of our own, one of our own over socket.io
 * where WebSockets are refused, or a page that hears the workspace's events.
 */
export const CONNECTION_KINDS = ['stock', 'own', 'polled', 'workspace'] as const;
export type ConnectionKind = (typeof CONNECTION_KINDS)[number];

/**
 * How a connection ended: for a reason from the table of close codes, because the other side left or
 * was lost without a word, or with a code of the WebSocket protocol itself.
 */
export type EndReason = CloseReason | 'left' | 'lost' | 'protocol';

/** Statuses that an upgrade is refused with before there is a connection. */
export const REFUSED_STATUSES = [404, 429, 503] as const;
export type RefusedStatus = (typeof REFUSED_STATUSES)[number];

/** Numbers that only grow. */
export interface ConnectionTotals {
  framesIn: number;
  framesOut: number;
  bytesIn: number;
  bytesOut: number;
}

/** Who is at the other end of a connection, as far as the log says it. */
export interface ConnectionParty {
  readonly kind: ConnectionKind;
  readonly personId: string;
  readonly via: Identity['via'];
  /** Told at `debug` alone, as in the lines of requests. */
  readonly address?: string;
}

const REASONS = Object.keys(CLOSE_CODES) as CloseReason[]; // the keys of the table are its reasons
const REASON_OF_CODE: ReadonlyMap<number, EndReason> = new Map<number, EndReason>([
  [1000, 'left'],
  [1001, 'left'],
  [1005, 'left'],
  [1006, 'lost'],
  ...REASONS.map((reason) => [CLOSE_CODES[reason].code, reason] as const),
]);

/** Bytes of randomness in the name of a connection: enough for all lines a log is kept for. */
const ID_BYTES = 9;

/** Why a connection ended with this code. */
export function reasonOfCode(code: number): EndReason {
  return REASON_OF_CODE.get(code) ?? 'protocol';
}

/**
 * All connections of a server: tells the log one story for each, under one `connectionId` from the
 * first line to the last, and counts. A line says who and which chapter by id, and never holds a
 * name, a title, text, or what somebody signs in with.
 */
export class ConnectionStories {
  readonly open = countsOf(CONNECTION_KINDS);
  readonly ended = countsOf<EndReason>([...REASONS, 'left', 'lost', 'protocol']);
  readonly refusedUpgrades = countsOf(REFUSED_STATUSES);
  readonly totals: ConnectionTotals = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  readonly #logger: FastifyBaseLogger;

  constructor(logger: FastifyBaseLogger) {
    this.#logger = logger;
  }

  /** A connection begins. Whoever calls this calls its `closed`. */
  begin(party: ConnectionParty): OpenConnection {
    return new OpenConnection(party, this, this.#logger);
  }

  /** Somebody was let in only to be told why they may not stay. */
  turnedAway(reason: CloseReason, address: string): void {
    this.ended[reason] += 1;
    this.#logger.debug({ reason, ip: address }, 'connection turned away');
  }

  /** An upgrade was refused. */
  refusedUpgrade(status: RefusedStatus): void {
    this.refusedUpgrades[status] += 1;
  }
}

/** One connection, from its upgrade to its close. Its counts are of frames and their bytes. */
export class OpenConnection implements ConnectionStory, ConnectionTotals {
  readonly id = randomBytes(ID_BYTES).toString('base64url');
  framesIn = 0;
  framesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly #party: ConnectionParty;
  readonly #stories: ConnectionStories;
  readonly #logger: FastifyBaseLogger;
  readonly #startedAt = performance.now();
  #chapters = 0;
  #refused = 0;
  #parked = 0;
  #slow = 0;
  #closingCode: number | null = null;
  #isClosed = false;

  constructor(party: ConnectionParty, stories: ConnectionStories, logger: FastifyBaseLogger) {
    this.#party = party;
    this.#stories = stories;
    this.#logger = logger;
    stories.open[party.kind] += 1;
    const { kind, personId, via, address } = party;
    const { id: connectionId } = this;
    logger.debug({ connectionId, kind, personId, via, ip: address }, 'connection opened');
  }

  /** A frame came. */
  tookFrame(bytes: number): void {
    const { totals } = this.#stories;
    this.framesIn += 1;
    this.bytesIn += bytes;
    totals.framesIn += 1;
    totals.bytesIn += bytes;
  }

  /** A frame was handed to the network. */
  sentFrame(bytes: number): void {
    const { totals } = this.#stories;
    this.framesOut += 1;
    this.bytesOut += bytes;
    totals.framesOut += 1;
    totals.bytesOut += bytes;
  }

  tell(event: ConnectionEvent): void {
    const { type, ...what } = event;
    switch (event.type) {
      case 'entered':
        this.#chapters += 1;
        break;
      case 'refused':
        this.#refused += 1;
        break;
      case 'parked':
        this.#parked += 1;
        break;
      case 'slow':
        this.#slow += 1;
        break;
      case 'left':
      case 'put-out':
        break;
    }
    this.#logger.debug({ connectionId: this.id, ...what }, LINES[type]);
  }

  /** Our side begins to close it: that is the reason, whatever the other side answers. */
  closing(code: number): void {
    this.#closingCode ??= code;
  }

  /** It is over, with the code that came. Safe to call twice. */
  closed(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { kind, personId, via } = this.#party;
    const told = this.#closingCode ?? code;
    const reason = reasonOfCode(told);
    this.#stories.open[kind] -= 1;
    this.#stories.ended[reason] += 1;
    const { framesIn, framesOut, bytesIn, bytesOut } = this;
    this.#logger.info(
      {
        connectionId: this.id,
        kind,
        personId,
        via,
        code: told,
        reason,
        ms: Math.round(performance.now() - this.#startedAt),
        ...(kind === 'workspace' ? {} : { framesIn, framesOut, bytesIn, bytesOut }),
        ...(this.#chapters === 0 ? {} : { chapters: this.#chapters }),
        ...(this.#refused === 0 ? {} : { refused: this.#refused }),
        ...(this.#parked === 0 ? {} : { parked: this.#parked }),
        ...(this.#slow === 0 ? {} : { slow: this.#slow }),
      },
      'connection ended',
    );
  }
}

const LINES: Readonly<Record<ConnectionEvent['type'], string>> = {
  entered: 'chapter entered',
  left: 'chapter left',
  refused: 'update refused',
  parked: 'update waits for what is missing',
  slow: 'connection is slow',
  'put-out': 'chapter over for this connection',
};

function countsOf<Key extends string | number>(keys: readonly Key[]): Record<Key, number> {
  const counts: Partial<Record<Key, number>> = {};
  for (const key of keys) counts[key] = 0;
  return counts as Record<Key, number>; // every key was just set
}
