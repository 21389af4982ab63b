import {
  CompiledQuery,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import type { QueryReply, QueryRequest } from './query-worker.ts';
import type { Turnstile } from '../sql/turnstile.ts';
import type { WorkerClient } from '../threads/worker-client.ts';

/** Statements and transactions that may wait for the writer; more means overload. */
export const MAX_WAITING_WRITERS = 1_000;

/**
 * How long a transaction of the running server may stay open. Edits are not stored while it is, so one that awaits
 * something other than SQL is rolled back rather than left to stop the house.
 */
export const TRANSACTION_LIMIT_MS = 10_000;

/** A transaction was rolled back because it stayed open for too long. */
export class TransactionTimeoutError extends Error {
  readonly code = 'TRANSACTION_TIMEOUT';
}

/** The threads a dialect sends its statements to, and where those who write wait for their turn. */
export interface QueryWorkers {
  readonly writer: WorkerClient<QueryRequest>;
  readonly reader: WorkerClient<QueryRequest>;
  readonly turnstile: Turnstile;
}

/** SQLite as Kysely sees it: DDL is transactional, and connections may be used side by side. */
class WorkerSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * A Kysely dialect for SQLite in worker threads, so that no SQL runs on the thread that serves
 * sockets. Selects outside a transaction go to the reading thread and see everything committed
 * before them; all else goes to the one writing thread, transactions one after the other.
 */
export function createSqliteDialect(
  workers: QueryWorkers,
  transactionLimitMs: () => number,
): Dialect {
  return {
    createAdapter: () => new WorkerSqliteAdapter(),
    createDriver: () => new WorkerDriver(workers, transactionLimitMs),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class WorkerDriver implements Driver {
  readonly #workers: QueryWorkers;
  readonly #transactionLimitMs: () => number;

  constructor(workers: QueryWorkers, transactionLimitMs: () => number) {
    this.#workers = workers;
    this.#transactionLimitMs = transactionLimitMs;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new WorkerConnection(this.#workers, this.#transactionLimitMs);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await asWorkerConnection(connection).abandon();
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return asWorkerConnection(connection).begin();
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return asWorkerConnection(connection).end('commit');
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return asWorkerConnection(connection).end('rollback');
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoted(name)}`));
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    _compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to ${quoted(name)}`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release ${quoted(name)}`));
  }

  async destroy(): Promise<void> {}
}

/** What the connection is doing: nothing that lasts, a transaction, or one that was cut off. */
type TransactionState =
  | { readonly type: 'none' }
  | { readonly type: 'open'; readonly leave: () => void; readonly timer: NodeJS.Timeout }
  | { readonly type: 'timed-out' };

class WorkerConnection implements DatabaseConnection {
  readonly #workers: QueryWorkers;
  readonly #transactionLimitMs: () => number;
  #transaction: TransactionState = { type: 'none' };

  constructor(workers: QueryWorkers, transactionLimitMs: () => number) {
    this.#workers = workers;
    this.#transactionLimitMs = transactionLimitMs;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { sql, parameters } = query;
    const inTransaction = this.#transaction.type === 'open';
    const request = { type: 'run', sql, parameters, inTransaction } as const;
    if (this.#transaction.type === 'timed-out') throw timedOut();
    if (inTransaction) return toResult(await this.#workers.writer.call(request));
    if (SelectQueryNode.is(query.query)) {
      return toResult(await this.#workers.reader.call(request));
    }
    const leave = await this.#workers.turnstile.enter();
    try {
      return toResult(await this.#workers.writer.call(request));
    } finally {
      leave();
    }
  }

  // oxlint-disable-next-line require-yield -- the interface asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming is not supported: read in pages');
  }

  async begin(): Promise<void> {
    const leave = await this.#workers.turnstile.enter();
    try {
      await this.#workers.writer.call({ type: 'begin' });
    } catch (error) {
      leave();
      throw error;
    }
    const timer = setTimeout(() => void this.#cutOff(leave), this.#transactionLimitMs());
    timer.unref();
    this.#transaction = { type: 'open', leave, timer };
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction;
    this.#transaction = { type: 'none' };
    switch (transaction.type) {
      case 'open':
        clearTimeout(transaction.timer);
        try {
          await this.#workers.writer.call({ type: how });
        } finally {
          transaction.leave();
        }
        return;
      case 'timed-out':
        if (how === 'commit') throw timedOut();
        return;
      case 'none':
        // After a commit that failed (a full disk) Kysely rolls back what SQLite has undone already.
        if (how === 'commit') throw new Error('there is no transaction to commit');
    }
  }

  /** Rolls back what the owner of the connection left open. */
  async abandon(): Promise<void> {
    if (this.#transaction.type === 'open') await this.end('rollback');
  }

  async #cutOff(leave: () => void): Promise<void> {
    this.#transaction = { type: 'timed-out' };
    try {
      await this.#workers.writer.call({ type: 'rollback' });
    } catch {
      // Only a dead worker cannot roll back; whoever started it is told, and SQLite undoes the rest.
    } finally {
      leave();
    }
  }
}

function timedOut(): TransactionTimeoutError {
  return new TransactionTimeoutError('the transaction stayed open for too long: rolled back');
}

function asWorkerConnection(connection: DatabaseConnection): WorkerConnection {
  if (connection instanceof WorkerConnection) return connection;
  throw new TypeError('this connection belongs to another driver');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function toResult<Row>(reply: unknown): QueryResult<Row> {
  const { rows, changes, lastInsertRowid } = reply as QueryReply;
  return {
    rows: rows as Row[],
    ...(changes === null ? {} : { numAffectedRows: BigInt(changes) }),
    ...(lastInsertRowid === null ? {} : { insertId: lastInsertRowid }),
  };
}
