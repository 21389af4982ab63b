/** Worker thread that reads the log, so that opening a large chapter delays no commit. */
import { workerData } from 'node:worker_threads';
import type { LogReadRequest } from './log-messages.ts';
import { prepareLogReader } from './log-statements.ts';
import { openConnection } from './open-connection.ts';
import { serveRequests } from '../threads/worker-messages.ts';

/** What `startWorker` hands to this thread. */
export interface LogReaderData {
  readonly dataDir: string;
}

const { dataDir } = workerData as LogReaderData;
const connection = openConnection(dataDir, 'read');
const reader = prepareLogReader(connection);

serveRequests(
  (message, reply) => {
    const request = message as LogReadRequest; // only this process's own log writes to this port
    switch (request.type) {
      case 'load': {
        const room = reader.load(request.chapterId);
        const state = room?.state ?? null;
        const transfer = room === null ? [] : [room.tail.bytes.buffer];
        reply.ok(room, state === null ? transfer : [...transfer, state.buffer as ArrayBuffer]);
        return;
      }
      case 'read-after': {
        const rows = reader.readAfter(request.chapterId, request.position, request.limit);
        reply.ok(rows, [rows.bytes.buffer]);
        return;
      }
      case 'heads':
        reply.ok(reader.heads(request.chapterIds));
    }
  },
  () => connection.close(),
);
