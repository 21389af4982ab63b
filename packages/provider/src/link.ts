import type { ClientMessage, ServerMessage } from '@plenary/protocol';

/** What a chapter needs of the connection. */
export interface Link {
  readonly online: boolean;
  readonly bufferedBytes: number;
  readonly schemaVersion: number;
  send(message: ClientMessage): void;
  /** A number for an `open`; the answers to it come to the receiver. */
  claimRef(receiver: Receiver): number;
  /** The next number for an `update`; they grow on one socket. */
  nextSeq(): number;
}

/** Whoever asked for a chapter. */
export interface Receiver {
  receive(message: ServerMessage): void;
}
