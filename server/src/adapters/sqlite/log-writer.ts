/** Worker thread that appends to the log, in group commits. */
import { workerData } from 'node:worker_threads';
import { MAX_ROWS_BEHIND } from '../sql/log-row.ts';
import type { AppendReply, LogWriteRequest } from './log-messages.ts';
import { prepareLogReader } from './log-statements.ts';
import { openConnection } from './open-connection.ts';
import { unpackBytes } from './packed-bytes.ts';
import { isStorageRefusal } from '../sql/storage-refusal.ts';
import { serveRequests, toErrorMessage, type Reply } from '../threads/worker-messages.ts';
import { openWriteLock } from './write-lock.ts';

/** What `startWorker` hands to this thread. */
export interface LogWriterData {
  readonly dataDir: string;
  readonly lock: SharedArrayBuffer;
}

interface Job {
  readonly request: LogWriteRequest;
  readonly reply: Reply;
}

const { dataDir, lock: lockMemory } = workerData as LogWriterData;
const connection = openConnection(dataDir, 'write');
const lock = openWriteLock(lockMemory);
const reader = prepareLogReader(connection);

const selectRoom = connection.prepare<[string], { generation: string; head: number }>(
  'select generation, head from collab_rooms where chapter_id = ?',
);
const updateHead = connection.prepare<[number, string]>(
  'update collab_rooms set head = ? where chapter_id = ?',
);
const insertRow = connection.prepare<[string, number, string, string, number, Uint8Array]>(
  `insert into collab_log (chapter_id, position, kind, person_id, via, at, bytes)
   values (?, ?, 'update', ?, ?, ?, ?)`,
);
const insertClient = connection.prepare<[string, number, string]>(
  `insert into collab_clients (chapter_id, client_id, person_id) values (?, ?, ?)
   on conflict do nothing`,
);
const upsertSnapshot = connection.prepare<[string, number, string, Uint8Array]>(
  `insert into collab_snapshots (chapter_id, position, generation, state) values (?, ?, ?, ?)
   on conflict (chapter_id) do update set
     position = excluded.position, generation = excluded.generation, state = excluded.state
   where excluded.generation <> collab_snapshots.generation
     or excluded.position > collab_snapshots.position`,
);

/** Runs in a transaction. */
function append(request: LogWriteRequest & { type: 'append' }): AppendReply {
  const { chapterId, generation, expectedHead, rows } = request;
  const room = selectRoom.get(chapterId);
  if (room === undefined || room.generation !== generation) return { type: 'gone' };
  if (room.head > expectedHead) {
    return { type: 'behind', rows: reader.readAfter(chapterId, expectedHead, MAX_ROWS_BEHIND) };
  }
  if (room.head < expectedHead) {
    throw new Error(`the log of a chapter ends at ${room.head}, before ${expectedHead}`);
  }
  const at = Date.now();
  const strings = unpackBytes(request.bytes);
  let head = expectedHead;
  for (const [index, row] of rows.entries()) {
    head += 1;
    insertRow.run(chapterId, head, row.personId, row.via, at, strings[index]!);
    for (const client of row.newClients) insertClient.run(chapterId, client, row.personId);
  }
  updateHead.run(head, chapterId);
  return { type: 'committed', head, at };
}

/** Runs in a transaction. */
function compact(request: LogWriteRequest & { type: 'compact' }): null {
  const { chapterId, generation, position, state } = request;
  const room = selectRoom.get(chapterId);
  const fits = room?.generation === generation && position <= room.head;
  if (fits) upsertSnapshot.run(chapterId, position, generation, state);
  return null;
}

function execute(request: LogWriteRequest): AppendReply | null {
  return request.type === 'append' ? append(request) : compact(request);
}

/** All the requests in one transaction; their answers hold once this has returned. */
function commit(requests: readonly LogWriteRequest[]): (AppendReply | null)[] {
  lock.acquire();
  try {
    connection.exec('begin immediate');
    const answers = requests.map(execute);
    connection.exec('commit');
    return answers;
  } finally {
    if (connection.inTransaction) connection.exec('rollback');
    lock.release();
  }
}

function answer({ request, reply }: Job, result: AppendReply | null): void {
  const transfer = result?.type === 'behind' ? [result.rows.bytes.buffer] : [];
  reply.ok(request.type === 'append' ? result : null, transfer);
}

function refuse({ request, reply }: Job, error: unknown): void {
  if (request.type === 'append' && isStorageRefusal(error)) {
    reply.ok({ type: 'full', ...toErrorMessage(error) } satisfies AppendReply);
  } else {
    reply.failed(error);
  }
}

let queue: Job[] = [];

/** Commits everything that arrived meanwhile. What fails together is tried one by one. */
function flush(): void {
  const jobs = queue;
  queue = [];
  if (jobs.length === 0) return;
  try {
    const answers = commit(jobs.map((job) => job.request));
    for (const [index, job] of jobs.entries()) answer(job, answers[index]!);
  } catch (error) {
    const retry = jobs.length > 1 && !isStorageRefusal(error);
    for (const job of jobs) {
      if (retry) commitAlone(job);
      else refuse(job, error);
    }
  }
}

function commitAlone(job: Job): void {
  try {
    answer(job, commit([job.request])[0]!);
  } catch (error) {
    refuse(job, error);
  }
}

serveRequests(
  (message, reply) => {
    const request = message as LogWriteRequest; // only this process's own log writes to this port
    // After the messages that are waiting at the port: they share the commit.
    if (queue.length === 0) setImmediate(flush);
    queue.push({ request, reply });
  },
  () => {
    flush();
    connection.close();
  },
);
