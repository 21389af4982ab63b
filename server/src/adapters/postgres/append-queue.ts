import type { AppendResult } from '@plenary/relay';
import { DatabaseError, type Pool } from 'pg';
import { MAX_ROWS_BEHIND } from '../sql/log-row.ts';
import { isStorageRefusal } from '../sql/storage-refusal.ts';
import { toOurError } from './database-away.ts';
import { appendStatement, type AppendRequest, type StoredAppend } from './append-statement.ts';
import { readRowsAfter } from './log-queries.ts';

/** Statements under way at a time. While they are, what comes waits and shares the next ones. */
const LANES = 3;

/** Rooms waited for at a time because somebody else has their head locked. */
const WAITING_LANES = 3;

/** Connections the queue uses at most. */
export const APPEND_CONNECTIONS = LANES + WAITING_LANES;

/** Bounds of one statement: what one room's commit may wait for in its company. */
const MAX_ROOMS = 64;
const MAX_BYTES = 4_194_304;

interface Job {
  readonly request: AppendRequest;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes appends and stores them in few statements. */
export interface AppendQueue {
  /** Appends asked for and not answered yet. */
  readonly pending: number;
  /** As `UpdateLog.append`. */
  append(request: AppendRequest): Promise<AppendResult>;
  /** Resolves when everything asked for is answered. */
  settled(): Promise<void>;
}

/**
 * Appends over a pool of connections. What arrives while all lanes are busy is stored together; a
 * room whose head somebody else holds is left out of that and waited for on its own, so that it
 * delays no other room (R9).
 */
export function createAppendQueue(pool: Pool): AppendQueue {
  const fresh: Job[] = [];
  const contended: Job[] = [];
  const busy = { fresh: 0, contended: 0 };
  let pending = 0;
  let whenSettled: (() => void)[] = [];

  const work = (): void => {
    while (busy.fresh < LANES && fresh.length > 0) {
      void lane('fresh', storeTogether(takeBatch(fresh)));
    }
    while (busy.contended < WAITING_LANES && contended.length > 0) {
      void lane('contended', storeAlone(contended.shift()!));
    }
    if (busy.fresh + busy.contended > 0) return;
    for (const resolve of whenSettled) resolve();
    whenSettled = [];
  };

  const lane = async (name: keyof typeof busy, done: Promise<void>): Promise<void> => {
    busy[name] += 1;
    await done;
    busy[name] -= 1;
    work();
  };

  const storeTogether = async (jobs: readonly Job[]): Promise<void> => {
    try {
      const stored = await run(pool, jobs, { waits: false });
      for (const [index, job] of jobs.entries()) {
        const answer = stored.get(index + 1);
        if (answer === undefined) contended.push(job);
        else job.resolve({ type: 'committed', head: answer.head, at: answer.at });
      }
    } catch (error) {
      const retry = jobs.length > 1 && isOneToBlame(error);
      for (const job of jobs) {
        if (retry) contended.push(job);
        else refuse(job, error);
      }
    }
  };

  const storeAlone = async (job: Job): Promise<void> => {
    try {
      job.resolve(await explainOrStore(pool, job));
    } catch (error) {
      refuse(job, error);
    }
  };

  return {
    get pending() {
      return pending;
    },
    append(request) {
      // The caller may change its bytes after this call; the statement is composed later.
      const rows = request.rows.map((row) => ({ ...row, bytes: row.bytes.slice() }));
      return new Promise((resolve, reject) => {
        pending += 1;
        const answered =
          <Answer>(tell: (answer: Answer) => void) =>
          (answer: Answer): void => {
            pending -= 1;
            tell(answer);
          };
        fresh.push({
          request: { ...request, rows },
          resolve: answered(resolve),
          reject: answered(reject),
        });
        work();
      });
    },
    settled() {
      return new Promise((resolve) => {
        whenSettled.push(resolve);
        work();
      });
    },
  };
}

/** The oldest jobs, of different rooms, within the bounds. Takes at least one. */
function takeBatch(queue: Job[]): Job[] {
  const batch: Job[] = [];
  const chapters = new Set<string>();
  let bytes = 0;
  while (queue.length > 0 && batch.length < MAX_ROOMS) {
    const { request } = queue[0]!;
    const size = request.rows.reduce((sum, row) => sum + row.bytes.byteLength, 0);
    const fits = batch.length === 0 || bytes + size <= MAX_BYTES;
    // The second append of a room depends on the first.
    if (!fits || chapters.has(request.chapterId)) break;
    chapters.add(request.chapterId);
    bytes += size;
    batch.push(queue.shift()!);
  }
  return batch;
}

async function run(
  pool: Pool,
  jobs: readonly Job[],
  options: { readonly waits: boolean },
): Promise<ReadonlyMap<number, StoredAppend>> {
  const query = appendStatement(
    jobs.map((job) => job.request),
    options,
  );
  const { rows } = await pool.query<StoredAppend>(query);
  return new Map(rows.map((row) => [row.room, row]));
}

/** Says why one room's rows do not fit; else stores them, waiting for its head. */
async function explainOrStore(pool: Pool, job: Job): Promise<AppendResult> {
  for (;;) {
    const why = await explain(pool, job.request);
    if (why !== null) return why;
    const stored = (await run(pool, [job], { waits: true })).get(1);
    if (stored !== undefined) return { type: 'committed', head: stored.head, at: stored.at };
  }
}

/** Null when the rows fit as far as can be seen: somebody had the head locked, or has it still. */
async function explain(pool: Pool, request: AppendRequest): Promise<AppendResult | null> {
  const { chapterId, generation, expectedHead } = request;
  const { rows } = await pool.query<{ generation: string; head: number }>({
    name: 'room',
    text: 'select generation, head from collab_rooms where chapter_id = $1',
    values: [chapterId],
  });
  const room = rows[0];
  if (room === undefined || room.generation !== generation) return { type: 'gone' };
  if (room.head === expectedHead) return null;
  if (room.head < expectedHead) {
    throw new Error(`the log of a chapter ends at ${room.head}, before ${expectedHead}`);
  }
  const missed = { position: expectedHead, limit: MAX_ROWS_BEHIND };
  return { type: 'behind', rows: await readRowsAfter(pool, chapterId, missed) };
}

/** The server undid the statement and is well: one of the rows may have been what it did not take. */
function isOneToBlame(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR' && !isStorageRefusal(error);
}

function refuse(job: Job, error: unknown): void {
  const ours = toOurError(error);
  if (isStorageRefusal(ours)) job.resolve({ type: 'full', cause: ours });
  else job.reject(ours);
}
