import { SCHEMA_VERSION } from '@plenary/protocol';
import {
  connect,
  createMemoryStore,
  systemClock,
  type Connection,
  type Replica,
} from '@plenary/provider';
import { stockProvider, wsSocketFactory, type StockProvider } from '@plenary/testing';
import { Doc } from 'yjs';
import type { Typist } from '../typist.ts';
import type { FaultNode } from './fault-stand.ts';

/** Longest pause of a stock client between two attempts to connect. */
const BACKOFF_MS = 200;

/** Somebody in a chapter through one node, from before a disturbance until after it. */
export interface Participant {
  readonly node: FaultNode;
  readonly doc: Doc;
  /** Whether the chapter has been given to them. */
  readonly isIn: boolean;
  /** Whether nothing of theirs waits, as far as they can know. */
  readonly isSaved: boolean;
  /** Sockets that were closed under them so far. */
  readonly closes: number;
  type(): void;
  /** Tries to connect now, as a device does that hears of its network. */
  retry(): void;
  leave(): Promise<void>;
}

/** What a participant needs. */
export interface Place {
  readonly node: FaultNode;
  readonly chapterId: string;
  readonly token: string;
  readonly typist: Typist;
}

/** Opens a chapter with the unmodified stock provider. */
export function stockParticipant({ node, chapterId, token, typist }: Place): Participant {
  const doc = new Doc();
  let closes = 0;
  const stock: StockProvider = stockProvider({
    url: collabOf(node),
    chapterId,
    doc,
    token,
    maxBackoffMs: BACKOFF_MS,
    tap: { closed: () => (closes += 1) },
  });
  return {
    node,
    doc,
    get isIn() {
      return stock.provider.synced;
    },
    isSaved: true,
    get closes() {
      return closes;
    },
    type: () => typist.type(doc),
    retry: () => undefined,
    leave() {
      stock.destroy();
      doc.destroy();
      return Promise.resolve();
    },
  };
}

/** Opens a chapter with our own provider. */
export function ownParticipant({ node, chapterId, token, typist }: Place): Participant {
  let closes = 0;
  const tap = { closed: () => (closes += 1) };
  const connection: Connection = connect({
    url: `${collabOf(node)}/`,
    store: createMemoryStore(),
    openSocket: wsSocketFactory({ authorization: `Bearer ${token}` }, () => tap),
    clock: systemClock,
    random: Math.random,
    schemaVersion: SCHEMA_VERSION,
  });
  const replica: Replica = connection.open(chapterId);
  return {
    node,
    get doc() {
      return replica.doc;
    },
    get isIn() {
      return ['saved', 'saving'].includes(replica.state.kind) && replica.access?.mode === 'write';
    },
    get isSaved() {
      return replica.state.kind === 'saved';
    },
    get closes() {
      return closes;
    },
    type: () => typist.type(replica.doc),
    retry: () => connection.retry(),
    leave: () => connection.close(),
  };
}

function collabOf({ url }: FaultNode): string {
  return `${url.replace('http', 'ws')}/collab`;
}
