import { Kysely } from 'kysely';
import { migrate } from '../sql/migrate.ts';
import type { Database } from '../sql/schema.ts';
import { createTurnstile } from '../sql/turnstile.ts';
import type { QueryRequest, QueryWorkerData } from './query-worker.ts';
import {
  MAX_WAITING_WRITERS,
  TRANSACTION_LIMIT_MS,
  createSqliteDialect,
} from './sqlite-dialect.ts';
import { startWorker } from '../threads/worker-client.ts';
import { createWriteLockMemory } from './write-lock.ts';

/** For migrations, which rewrite tables: an hour. Nothing else runs meanwhile. */
const MIGRATION_LIMIT_MS = 3_600_000;

const QUERY_WORKER = new URL('./query-worker.ts', import.meta.url);

/** The relational side of an instance's database. */
export interface OpenDatabase {
  readonly db: Kysely<Database>;
  /** Shared with every other thread of this process that writes to the same file. */
  readonly writeLock: SharedArrayBuffer;
  /** Statements asked for and not answered yet. */
  readonly queues: Readonly<Record<'sql-read' | 'sql-write', () => number>>;
  /** Brings the database to this version (`migrate`), however long it takes; before all else. */
  migrate(): Promise<readonly string[]>;
  /** Finishes what was asked and ends the threads. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the database of a data folder, creating the file if there is none; its tables are made by
 * `migrate`. `onGone` is told when a thread ends by itself: the process cannot go on then.
 */
export async function createDatabase(
  dataDir: string,
  options: {
    readonly transactionLimitMs?: number;
    readonly onGone?: (error: Error) => void;
  } = {},
): Promise<OpenDatabase> {
  const writeLock = createWriteLockMemory();
  const { onGone, transactionLimitMs = TRANSACTION_LIMIT_MS } = options;
  let limitMs = transactionLimitMs;
  const start = (mode: QueryWorkerData['mode']) =>
    startWorker<QueryRequest>(QUERY_WORKER, {
      data: { dataDir, mode, lock: writeLock } satisfies QueryWorkerData,
      ...(onGone === undefined ? {} : { onGone }),
    });

  // The writer first: it creates the file that the reader opens.
  const writer = await start('write');
  const reader = await start('read').catch(async (error: unknown) => {
    await writer.close();
    throw error;
  });
  const turnstile = createTurnstile(MAX_WAITING_WRITERS);
  const db = new Kysely<Database>({
    dialect: createSqliteDialect({ writer, reader, turnstile }, () => limitMs),
  });
  return {
    db,
    writeLock,
    queues: {
      'sql-read': () => reader.pending,
      'sql-write': () => writer.pending + turnstile.waiting,
    },
    async migrate() {
      limitMs = MIGRATION_LIMIT_MS;
      try {
        return await migrate(db);
      } finally {
        limitMs = transactionLimitMs;
      }
    },
    async close() {
      await db.destroy();
      // The writer last: the last to close folds the write-ahead log back into the file.
      await reader.close();
      await writer.close();
    },
  };
}
