import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ChapterLog, LogRow } from './log-follower.ts';
import { NodeVictim } from './node-victim.ts';
import type { Stand } from './stand.ts';

/** One node on the embedded store: it is the only thing there is to kill. */
export function embeddedStand(): Stand {
  const dataDir = mkdtempSync(join(tmpdir(), 'plenary-crash-'));
  const env = { LIMITS: 'off' };
  const node = new NodeVictim('node', { dataDir, env });
  return {
    victims: [node],
    graceMs: 0,
    node() {
      if (node.server === null) throw new Error('the node does not run');
      return node.server;
    },
    operator: { dataDir, env },
    readLog: (chapterId) => Promise.resolve(readLog(join(dataDir, 'plenary.db'), chapterId)),
    async close() {
      await node.kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Reads beside the running server, in one transaction. */
function readLog(file: string, chapterId: string): ChapterLog {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return database.transaction((): ChapterLog => {
      const room = database
        .prepare<[string], { generation: string; head: number }>(
          'select generation, head from collab_rooms where chapter_id = ?',
        )
        .get(chapterId);
      if (room === undefined) throw new Error(`chapter ${chapterId} is gone`);
      const rows = database
        .prepare<[string], LogRow>(
          'select position, kind, bytes from collab_log where chapter_id = ? order by position',
        )
        .all(chapterId);
      return { ...room, rows };
    })();
  } finally {
    database.close();
  }
}
