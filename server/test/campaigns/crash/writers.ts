import { setTimeout as wait } from 'node:timers/promises';
import { CLOSE_CODES, isRetryable, SCHEMA_VERSION, decodeStockMessage } from '@plenary/protocol';
import { MemoryDisk, connect, systemClock, type Connection, type Replica } from '@plenary/provider';
import { stockProvider, wsSocketFactory, type StockProvider } from '@plenary/testing';
import { Doc } from 'yjs';
import { TYPED, type Typist } from '../typist.ts';
import type { Ledger } from './ledger.ts';
import { wireTap } from './wire-tap.ts';

/** Where a writer goes, and who it is there. */
export interface Seat {
  /** `ws://…/collab`. */
  readonly collabUrl: string;
  readonly token: string;
}

/** What writers tell the campaign. */
export interface Witness {
  ledgerOf(chapterId: string): Ledger;
  /** Something happened that never may. */
  fault(what: string): void;
}

/** Somebody who writes, leaves with the server, and may come back with what they had. */
export interface Writer {
  /** Opens the chapters; they may not have arrived yet when this returns. */
  open(seat: Seat, witness: Witness): void;
  /** Makes one change in one chapter. */
  type(): void;
  paste(length: number): void;
  /** Leaves for now: nothing is sent any more, what was typed is kept. */
  leave(): Promise<void>;
}

/** Codes that tell an honest client it was wrong; freezing, outages and leaving give others. */
const ACCUSING: ReadonlySet<number> = new Set(
  [
    CLOSE_CODES.malformed,
    CLOSE_CODES.textFrame,
    CLOSE_CODES.stale,
    CLOSE_CODES.tooLarge,
    CLOSE_CODES.foreignEdit,
  ].map(({ code }) => code),
);

/** A stock provider in one chapter. Its document lives on while it is away. */
export class StockWriter implements Writer {
  readonly #doc = new Doc();
  readonly #chapterId: string;
  readonly #typist: Typist;
  #stock: StockProvider | null = null;

  constructor(chapterId: string, typist: Typist) {
    this.#chapterId = chapterId;
    this.#typist = typist;
  }

  open({ collabUrl, token }: Seat, witness: Witness): void {
    const ledger = witness.ledgerOf(this.#chapterId);
    this.#stock = stockProvider({
      url: collabUrl,
      chapterId: this.#chapterId,
      doc: this.#doc,
      token,
      tap: {
        received: (frame) => {
          const message = decodeStockMessage(frame);
          if (message.type === 'step2' || message.type === 'update') ledger.note(message.bytes);
        },
        closed: (code) => {
          if (ACCUSING.has(code)) witness.fault(`a stock client was closed with ${code}`);
        },
      },
    });
  }

  type(): void {
    this.#typist.type(this.#doc);
  }

  paste(length: number): void {
    this.#typist.paste(this.#doc, length);
  }

  leave(): Promise<void> {
    this.#stock?.destroy();
    this.#stock = null;
    return Promise.resolve();
  }
}

/** Our own provider in several chapters on one socket, with a local copy that outlives it. */
export class OwnWriter implements Writer {
  readonly #disk = new MemoryDisk({ durable: true });
  readonly #chapterIds: readonly string[];
  readonly #typist: Typist;
  readonly #random: () => number;
  #connection: Connection | null = null;
  #replicas: readonly Replica[] = [];

  constructor(chapterIds: readonly string[], typist: Typist, random: () => number) {
    this.#chapterIds = chapterIds;
    this.#typist = typist;
    this.#random = random;
  }

  open({ collabUrl, token }: Seat, witness: Witness): void {
    const connection = connect({
      url: `${collabUrl}/`,
      store: this.#disk.open(),
      openSocket: wsSocketFactory({ authorization: `Bearer ${token}` }, () => wireTap(witness)),
      clock: systemClock,
      random: this.#random,
      schemaVersion: SCHEMA_VERSION,
    });
    this.#connection = connection;
    this.#replicas = this.#chapterIds.map((id) => connection.open(id));
    for (const replica of this.#replicas) believe(replica, witness);
    connection.onStatus(() => {
      const code = connection.closedCode;
      if (code !== null && !isRetryable(code)) witness.fault(`our client was closed with ${code}`);
    });
  }

  type(): void {
    this.#typist.type(this.#drawn().doc);
  }

  paste(length: number): void {
    this.#typist.paste(this.#drawn().doc, length);
  }

  async leave(): Promise<void> {
    // The server is gone: what waits for an answer of the disk is not waited for without end.
    await Promise.race([this.#connection?.close(), wait(2_000)]);
    this.#connection = null;
    this.#replicas = [];
  }

  #drawn(): Replica {
    return this.#replicas[Math.floor(this.#random() * this.#replicas.length)]!;
  }
}

/** Takes a replica at its word: when it says *saved*, all that was typed in it is promised. */
function believe(replica: Replica, witness: Witness): void {
  const ledger = witness.ledgerOf(replica.chapterId);
  let typed: Uint8Array[] = [];
  const record = (bytes: Uint8Array, origin: unknown): void => {
    if (origin === TYPED) typed.push(bytes);
  };
  replica.doc.on('update', record);
  replica.onReplaced(() => {
    // A refused edit has left the text: it is in a draft, and nobody promised it.
    typed = [];
    replica.doc.on('update', record);
  });
  replica.onChange(() => {
    if (replica.state.kind !== 'saved') return;
    for (const bytes of typed) ledger.note(bytes);
    typed = [];
  });
}
