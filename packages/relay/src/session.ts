import { MalformedFrameError, type CloseReason, type Identity } from '@plenary/protocol';
import type { Admission } from './admission.ts';
import type { RelayLimits } from './limits.ts';
import type { Clock, Inbound, Logger, Merger } from './ports.ts';
import type { Registry } from './registry.ts';
import type { RelayCounts } from './room-ports.ts';
import type { TokenBucket } from './token-bucket.ts';

/** One socket and whoever is at the other end of it. */
export interface Session extends Inbound {
  /** Its own copy: the name in it changes with the person's. */
  readonly identity: Identity;
  /** The sign-in it belongs to, where the shell named one. */
  readonly session: string | undefined;
  /** Names its connection in the log; undefined where nobody keeps a story of it. */
  readonly connectionId: string | undefined;
  /** Leaves all rooms and closes the socket with a code from the table. Safe to call twice. */
  end(reason: CloseReason): void;
}

/** Everything a session works with. */
export interface SessionPorts {
  readonly registry: Registry;
  readonly admission: Admission;
  readonly counts: RelayCounts;
  readonly clock: Clock;
  readonly merger: Merger;
  readonly logger: Logger;
  readonly limits: RelayLimits;
  /** The rate shared by all sockets of a person. */
  personRateOf(personId: string): TokenBucket;
  /** The session is over, whoever ended it. */
  onEnd(session: Session): void;
}

/**
 * Ends one session and no other because handling a frame of it failed (R9): for good when the bytes
 * were no frame, else with a code that says to try again.
 */
export function failSession(session: Session, error: unknown, logger: Logger): void {
  const { connectionId } = session;
  const { personId } = session.identity;
  if (error instanceof MalformedFrameError) {
    logger.info({ err: error, connectionId, personId }, 'malformed frame');
    session.end('malformed');
  } else {
    logger.error({ err: error, connectionId, personId }, 'a client could not be served');
    session.end('quarantined');
  }
}
