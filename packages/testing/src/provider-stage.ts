import {
  connect,
  MemoryDisk,
  type Connection,
  type LocalStore,
  type Network,
  type Replica,
} from '@plenary/provider';
import type { Access, ServerMessage } from '@plenary/protocol';
import { Doc, encodeStateAsUpdate } from 'yjs';
import { FakeClock, settle } from './fake-clock.ts';
import { ScriptedServer, type ScriptedSocket } from './provider-scripted-server.ts';
import { mulberry32 } from './seeded-random.ts';

/** A browser tab on a scripted server: for rules about the provider's single steps. */
export class ProviderStage {
  readonly clock: FakeClock;
  readonly server = new ScriptedServer();
  readonly disk: MemoryDisk;
  readonly store: LocalStore;
  readonly connection: Connection;
  #network: (online: boolean) => void = () => {};

  constructor(options: {
    disk?: MemoryDisk;
    store?: LocalStore;
    clock?: FakeClock;
    seed?: number;
  }) {
    this.clock = options.clock ?? new FakeClock();
    this.disk = options.disk ?? new MemoryDisk({ durable: true });
    this.store = options.store ?? this.disk.open();
    const network: Network = {
      subscribe: (listener) => {
        this.#network = listener;
        return () => {
          this.#network = () => {};
        };
      },
    };
    this.connection = connect({
      url: 'wss://plenary.test/collab/',
      store: this.store,
      openSocket: this.server.openSocket,
      clock: this.clock,
      random: mulberry32(options.seed ?? 1),
      schemaVersion: 1,
      network,
    });
  }

  get socket(): ScriptedSocket {
    return this.server.latest;
  }

  /** The device says that its network came or went. */
  networkChanged(online: boolean): void {
    this.#network(online);
  }

  /** Accepts the socket, unless it was, and answers the latest `open` of a chapter. */
  async admit(
    chapterId: string,
    answer: {
      access?: Access;
      generation?: string;
      room?: number;
      resumed?: boolean;
      head?: number;
    } = {},
  ): Promise<number> {
    if (this.connection.status !== 'online') this.socket.accept();
    await settle();
    const open = this.socket.of('open').findLast((message) => message.chapterId === chapterId);
    if (open === undefined) throw new Error(`${chapterId} was not asked for`);
    const room = answer.room ?? 7;
    this.say({
      type: 'opened',
      ref: open.ref,
      room,
      generation: answer.generation ?? 'generation-1',
      access: answer.access ?? { mode: 'write' },
      resumed: answer.resumed ?? open.generation !== '',
      head: answer.head ?? open.position,
    });
    await settle();
    return room;
  }

  /** Says something on the current socket. */
  say(message: ServerMessage): void {
    this.socket.say(message);
  }

  /** A chapter that is open for writing in room 7, untouched or with this text at position 1. */
  async openChapter(chapterId = 'c', text = ''): Promise<Replica> {
    const replica = this.connection.open(chapterId);
    await settle();
    await this.admit(chapterId, { head: text === '' ? 0 : 1 });
    if (text !== '') {
      this.say({ type: 'state', room: 7, position: 1, bytes: updateWith(text) });
    }
    await settle();
    return replica;
  }
}

/** A Yjs update of a person unknown here that inserts `text` at the start of the root `body`. */
export function updateWith(text: string): Uint8Array {
  const doc = new Doc();
  doc.getText('body').insert(0, text);
  return encodeStateAsUpdate(doc);
}

/** Types at the end of a replica's text, one change a call. */
export function typeInto(replica: Replica, text: string): void {
  const body = replica.doc.getText('body');
  body.insert(body.length, text);
}

/** A replica's text. */
export function textOf(replica: Replica): string {
  return replica.doc.getText('body').toJSON();
}
