import type { Access, CloseReason, Identity, ReadReason, RefusalReason } from '@plenary/protocol';
import { AckLedger } from './ack-ledger.ts';
import type { Socket } from './ports.ts';
import type { SharedFrame, Wire } from './shared-frame.ts';

/** What a room tells one client, in the client's own protocol. */
export interface Link {
  readonly wire: Wire;
  readonly socket: Socket;
  /** Everything up to `seq` is on disk. Stock clients learn it from the echo. */
  acknowledge(seq: number, position: number): void;
  /** An edit was refused. A stock client has no message for it and is closed instead. */
  refuse(seq: number, reason: RefusalReason): void;
  accessChanged(access: Access): void;
  /** An update could not be placed: asks for everything beyond the state vector (R14). */
  askFor(stateVector: Uint8Array): void;
  /** The room has another history now (R11). */
  stale(generation: string): void;
  /** The room is over for this client. */
  end(reason: CloseReason): void;
}

/** Before the Authority has answered nobody writes. */
const UNKNOWN: Access = { mode: 'read', reason: 'rights-unknown' };

/** One client in one room. */
export class Member {
  readonly identity: Identity;
  readonly link: Link;
  readonly ledger = new AckLedger();
  access: Access = UNKNOWN;
  /** Why this client may only read, whatever its person may do; null when nothing is the matter. */
  readonly readOnlyBecause: ReadReason | null;
  /** Position up to which everything was sent. */
  position = 0;
  /**
   * Left out of updates: still being brought up to the head, or too slow to take them (R9). What it
   * misses is sent as a difference.
   */
  isBehind = true;
  /** Whether somebody is at work on bringing it up to the head. */
  isCatchingUp = false;
  /** Why nothing of this client is stored until it has closed the gap a refusal left (R14). */
  barred: RefusalReason | null = null;
  /** When it was last asked for what is missing; null when it never was. */
  askedAt: number | null = null;
  parkedBytes = 0;
  hasLeft = false;
  /** The chapter it came into; empty before. */
  chapterId = '';

  constructor(identity: Identity, link: Link, readOnlyBecause: ReadReason | null = null) {
    this.identity = identity;
    this.link = link;
    this.readOnlyBecause = readOnlyBecause;
  }

  /** Sends a frame whatever waits on the socket. */
  send(frame: SharedFrame): void {
    this.link.socket.send(frame.on(this.link.wire));
  }

  /** Tells the client how far it is settled, if that changed. */
  tellAcknowledged(position: number): void {
    const seq = this.ledger.take();
    if (seq !== null && !this.hasLeft) this.link.acknowledge(seq, position);
  }

  /**
   * Refuses one of its edits, and stores nothing more of it until it closes the gap. With a full
   * store nothing is wrong with the edit: it comes again by itself, and all after it.
   */
  refuse(seq: number, reason: RefusalReason): void {
    if (reason !== 'storage-full') this.barred ??= reason;
    this.ledger.settle(seq);
    this.link.socket.story?.tell({ type: 'refused', chapterId: this.chapterId, reason });
    if (!this.hasLeft) this.link.refuse(seq, reason);
  }
}

/** Why somebody with this access may not write; null when they may. */
export function refusalFor(access: Access): RefusalReason | null {
  if (access.mode === 'write') return null;
  if (access.mode === 'none') return 'read-only';
  return REFUSALS[access.reason];
}

const REFUSALS: Readonly<Record<ReadReason, RefusalReason>> = {
  role: 'read-only',
  frozen: 'frozen',
  schema: 'read-only',
  // Nothing is wrong with the edit: it comes again once rights are known.
  'rights-unknown': 'storage-full',
  'storage-full': 'storage-full',
};
