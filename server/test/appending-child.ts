/** Appends to four chapters of the folder in its argument until it is killed; prints what it was told. */
import { writeSync } from 'node:fs';
import { createDatabase } from '../src/adapters/sqlite/create-database.ts';
import { openSqliteUpdateLog } from '../src/adapters/sqlite/sqlite-update-log.ts';
import { createRoom } from '../src/adapters/sql/rooms.ts';

const dataDir = process.argv[2]!;
const database = await createDatabase(dataDir);
await database.migrate();
const log = await openSqliteUpdateLog(dataDir, { writeLock: database.writeLock });

await Promise.all(['c1', 'c2', 'c3', 'c4'].map(appendForEver));

async function appendForEver(chapterId: string): Promise<void> {
  if ((await log.load(chapterId)) === null) {
    await database.db.transaction().execute((trx) => createRoom(trx, chapterId));
  }
  const { generation, ...room } = (await log.load(chapterId))!;
  let { head } = room;
  for (;;) {
    const rows = Array.from({ length: 3 }, () => ({
      personId: 'ana',
      via: 'password' as const,
      bytes: new Uint8Array(60).fill(head % 256),
      newClients: [],
    }));
    const result = await log.append(chapterId, { generation, expectedHead: head, rows });
    if (result.type !== 'committed') throw new Error(`unexpected ${result.type}`);
    head = result.head;
    writeSync(1, `${chapterId} ${head}\n`); // leaves the process before the next append is asked for
  }
}
