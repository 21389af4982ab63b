import type { AppendResult, UpdateLog } from '@plenary/relay';
import {
  unpackRows,
  type AppendReply,
  type LoadReply,
  type LogReadRequest,
  type LogWriteRequest,
  type PackedRows,
} from './log-messages.ts';
import type { LogReaderData } from './log-reader.ts';
import type { LogWriterData } from './log-writer.ts';
import { packBytes } from './packed-bytes.ts';
import { startWorker } from '../threads/worker-client.ts';
import { WorkerError } from '../threads/worker-messages.ts';

const LOG_WRITER = new URL('./log-writer.ts', import.meta.url);
const LOG_READER = new URL('./log-reader.ts', import.meta.url);

/** The log in the database of a data folder. */
export interface SqliteUpdateLog extends UpdateLog {
  /** What was asked of the threads and is not answered yet. */
  readonly queues: Readonly<Record<'log-read' | 'log-write', () => number>>;
  /** Finishes the appends already asked for, then ends the threads. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the log of a data folder whose tables exist (`migrate`). Appends asked for while a commit
 * is under way share the next one. `writeLock` is the one of `createDatabase`. `onGone` is told when
 * a thread ends by itself: the process cannot go on then.
 */
export async function openSqliteUpdateLog(
  dataDir: string,
  options: { readonly writeLock: SharedArrayBuffer; readonly onGone?: (error: Error) => void },
): Promise<SqliteUpdateLog> {
  const { writeLock: lock, ...rest } = options;
  const [writer, reader] = await Promise.all([
    startWorker<LogWriteRequest>(LOG_WRITER, {
      data: { dataDir, lock } satisfies LogWriterData,
      ...rest,
    }),
    startWorker<LogReadRequest>(LOG_READER, { data: { dataDir } satisfies LogReaderData, ...rest }),
  ]);

  return {
    queues: { 'log-read': () => reader.pending, 'log-write': () => writer.pending },

    async load(chapterId) {
      const reply = (await reader.call({ type: 'load', chapterId })) as LoadReply | null;
      return reply === null ? null : { ...reply, tail: unpackRows(reply.tail) };
    },

    async append(chapterId, { generation, expectedHead, rows }) {
      const bytes = packBytes(rows.map((row) => row.bytes));
      const headers = rows.map(({ personId, via, newClients }) => ({ personId, via, newClients }));
      const reply = await writer.call(
        { type: 'append', chapterId, generation, expectedHead, rows: headers, bytes },
        [bytes.buffer],
      );
      return toAppendResult(reply as AppendReply);
    },

    async readAfter(chapterId, position, limit) {
      const reply = await reader.call({ type: 'read-after', chapterId, position, limit });
      return unpackRows(reply as PackedRows);
    },

    async compact(chapterId, snapshot) {
      const state = new Uint8Array(snapshot.state); // a copy: the caller keeps its own
      await writer.call({ type: 'compact', chapterId, ...snapshot, state }, [state.buffer]);
    },

    async heads(chapterIds) {
      return (await reader.call({ type: 'heads', chapterIds })) as ReadonlyMap<string, number>;
    },

    async close() {
      await reader.close();
      await writer.close();
    },
  };
}

function toAppendResult(reply: AppendReply): AppendResult {
  if (reply.type === 'behind') return { type: 'behind', rows: unpackRows(reply.rows) };
  if (reply.type !== 'full') return reply;
  return { type: 'full', cause: new WorkerError(reply.message, reply.code) };
}
