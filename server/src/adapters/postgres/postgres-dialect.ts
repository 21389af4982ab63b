import {
  CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { Pool, PoolClient, QueryResult as PgResult } from 'pg';
import { createTurnstile, type Turnstile } from '../sql/turnstile.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { toOurError } from './database-away.ts';

/** Transactions of this node that may wait for their turn; more means overload. */
const MAX_WAITING_WRITERS = 1_000;

/**
 * PostgreSQL for Kysely. Transactions that may write run one after the other on all nodes, as they do
 * in SQLite: the domain looks, decides and writes, and nothing it looked at changes in between.
 * Appends to the log and single statements do not wait for them. `destroy` leaves the pool open.
 */
export function createPostgresDialect(pool: Pool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new TurnTakingDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class TurnTakingDriver implements Driver {
  readonly #pool: Pool;
  /** One connection of this node at a time waits for the turn; the others stay free to read. */
  readonly #turnstile = createTurnstile(MAX_WAITING_WRITERS);

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PooledConnection(this.#pool, this.#turnstile);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await asPooled(connection).abandon();
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return asPooled(connection).begin(settings);
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return asPooled(connection).end('commit');
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return asPooled(connection).end('rollback');
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

/** An open transaction: its connection, and what ends this node's turn. */
interface OpenTransaction {
  readonly client: PoolClient;
  readonly leave: () => void;
}

/** Takes a connection of the pool for each statement, and keeps one for a transaction. */
class PooledConnection implements DatabaseConnection {
  readonly #pool: Pool;
  readonly #turnstile: Turnstile;
  #transaction: OpenTransaction | null = null;

  constructor(pool: Pool, turnstile: Turnstile) {
    this.#pool = pool;
    this.#turnstile = turnstile;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const runner = this.#transaction?.client ?? this.#pool;
    try {
      return toResult<Row>(await runner.query(query.sql, [...query.parameters]));
    } catch (error) {
      throw toOurError(error);
    }
  }

  // oxlint-disable-next-line require-yield -- the interface asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming is not supported: read in pages');
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const isReadOnly = accessMode === 'read only';
    const leave = isReadOnly ? () => undefined : await this.#turnstile.enter();
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
    const begin = `start transaction${level}${isReadOnly ? ' read only' : ''}`;
    const takeTurn = `select pg_advisory_xact_lock(${ADVISORY_LOCKS.writing})`;
    try {
      const client = await this.#pool.connect();
      this.#transaction = { client, leave };
      await client.query(isReadOnly ? begin : `${begin}; ${takeTurn}`);
    } catch (error) {
      if (this.#transaction === null) leave();
      else this.#leave({ isBroken: true });
      throw toOurError(error);
    }
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#transaction === null) {
      // After a commit that failed Kysely rolls back what is over already.
      if (how === 'commit') throw new Error('there is no transaction to commit');
      return;
    }
    let isBroken = true;
    try {
      const { command } = await this.#transaction.client.query(how);
      isBroken = false;
      // A transaction in which a statement failed is rolled back by its commit.
      if (command.toLowerCase() !== how) throw new Error('the transaction was rolled back');
    } catch (error) {
      // Closing the connection undoes the transaction just as well.
      if (how === 'commit') throw toOurError(error);
    } finally {
      this.#leave({ isBroken });
    }
  }

  /** Undoes what the owner of the connection left open. */
  async abandon(): Promise<void> {
    if (this.#transaction !== null) await this.end('rollback');
  }

  /** Gives the connection back; one in an unknown state is closed, which rolls back. */
  #leave({ isBroken }: { readonly isBroken: boolean }): void {
    this.#transaction?.client.release(isBroken);
    this.#transaction?.leave();
    this.#transaction = null;
  }
}

function asPooled(connection: DatabaseConnection): PooledConnection {
  if (connection instanceof PooledConnection) return connection;
  throw new TypeError('this connection belongs to another driver');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function toResult<Row>({ command, rowCount, rows }: PgResult): QueryResult<Row> {
  const isChange = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
  return {
    rows: rows as Row[],
    ...(isChange ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}),
  };
}
