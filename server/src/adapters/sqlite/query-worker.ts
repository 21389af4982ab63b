/** Worker thread that runs relational statements; one for writing, one for reading. */
import { workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { openConnection } from './open-connection.ts';
import { serveRequests } from '../threads/worker-messages.ts';
import { openWriteLock } from './write-lock.ts';

/** Statements kept prepared; Kysely produces the same text for the same call site. */
const MAX_PREPARED = 500;

/** One statement, or a step of a transaction. */
export type QueryRequest =
  | {
      readonly type: 'run';
      readonly sql: string;
      readonly parameters: readonly unknown[];
      /** Whether the sender believes to be in a transaction; refused when that is not so. */
      readonly inTransaction: boolean;
    }
  | { readonly type: 'begin' }
  | { readonly type: 'commit' }
  | { readonly type: 'rollback' };

/** What a statement gave. `changes` is null for one that only read. */
export interface QueryReply {
  readonly rows: readonly unknown[];
  readonly changes: number | null;
  readonly lastInsertRowid: bigint | null;
}

/** What `startWorker` hands to this thread. */
export interface QueryWorkerData {
  readonly dataDir: string;
  readonly mode: 'write' | 'read';
  readonly lock: SharedArrayBuffer;
}

const NOTHING: QueryReply = { rows: [], changes: null, lastInsertRowid: null };

const { dataDir, mode, lock: lockMemory } = workerData as QueryWorkerData;
const connection = openConnection(dataDir, mode);
const lock = openWriteLock(lockMemory);
const prepared = new Map<string, Database.Statement>();

function prepare(sql: string): Database.Statement {
  const known = prepared.get(sql);
  if (known !== undefined) return known;
  const statement = connection.prepare(sql);
  if (prepared.size >= MAX_PREPARED) prepared.clear();
  prepared.set(sql, statement);
  return statement;
}

function execute(sql: string, parameters: readonly unknown[]): QueryReply {
  const statement = prepare(sql);
  if (statement.reader) {
    const rows = statement.all(...parameters);
    return { rows, changes: statement.readonly ? null : rows.length, lastInsertRowid: null };
  }
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], changes, lastInsertRowid: BigInt(lastInsertRowid) };
}

function locked<Result>(work: () => Result): Result {
  lock.acquire();
  try {
    return work();
  } finally {
    lock.release();
  }
}

function end(statement: 'commit' | 'rollback'): QueryReply {
  if (!connection.inTransaction) {
    // A full disk can make SQLite roll back by itself; the lock was given back then.
    if (statement === 'commit') throw new Error('the transaction is no longer open');
    return NOTHING;
  }
  try {
    connection.exec(statement);
  } catch (error) {
    // A failed commit (a full disk) leaves the transaction open: it must not outlive the lock.
    if (connection.inTransaction) connection.exec('rollback');
    throw error;
  } finally {
    lock.release();
  }
  return NOTHING;
}

function begin(): QueryReply {
  lock.acquire();
  try {
    connection.exec('begin immediate');
  } catch (error) {
    lock.release();
    throw error;
  }
  return NOTHING;
}

function run({ sql, parameters, inTransaction }: QueryRequest & { type: 'run' }): QueryReply {
  if (inTransaction !== connection.inTransaction) {
    throw new Error('the transaction is no longer open');
  }
  if (inTransaction) {
    try {
      return execute(sql, parameters);
    } finally {
      // SQLite gives up the whole transaction on some errors; nobody would then release the lock.
      if (!connection.inTransaction) lock.release();
    }
  }
  return mode === 'read' ? execute(sql, parameters) : locked(() => execute(sql, parameters));
}

serveRequests(
  (message, reply) => {
    const request = message as QueryRequest; // only this process's own dialect writes to this port
    switch (request.type) {
      case 'run':
        reply.ok(run(request));
        return;
      case 'begin':
        reply.ok(begin());
        return;
      case 'commit':
      case 'rollback':
        reply.ok(end(request.type));
    }
  },
  () => {
    if (connection.inTransaction) end('rollback');
    connection.close();
  },
);
