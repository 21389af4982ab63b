import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase } from '../src/adapters/postgres/create-postgres-database.ts';
import { createDatabaseFileStore } from '../src/adapters/postgres/database-file-store.ts';
import { createDatabaseMailFolder } from '../src/adapters/postgres/database-mail-folder.ts';
import {
  openPostgresUpdateLog,
  type PostgresUpdateLog,
} from '../src/adapters/postgres/postgres-update-log.ts';
import { createActivity } from '../src/domain/activities/activities.ts';
import { removeMember, setMember } from '../src/domain/activities/membership.ts';
import { createDocument } from '../src/domain/documents/documents.ts';
import { createUserByOperator } from '../src/domain/operator.ts';
import type { Result } from '../src/domain/result.ts';
import { issueSetUpLink } from '../src/domain/sign-in/links.ts';
import { redeemLink } from '../src/domain/sign-in/redeem-link.ts';
import type { Workspace } from '../src/domain/workspace.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

/** A node without sockets: the domain over connections of its own. */
interface Node {
  readonly workspace: Workspace;
  readonly log: PostgresUpdateLog;
  close(): Promise<void>;
}

function openNode(url: string): Node {
  const { db, close } = createPostgresDatabase(url);
  const log = openPostgresUpdateLog(url);
  return {
    log,
    workspace: {
      db,
      clock: { now: () => Date.now() },
      news: { publish: () => undefined },
      mailFolder: createDatabaseMailFolder(db),
      sendsMail: false,
      files: createDatabaseFileStore(db),
      publicUrl: 'http://plenary.test',
    },
    async close() {
      await log.close();
      await close();
    },
  };
}

/** The value of a result that must be one. */
function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

describe('two nodes that act at the same moment', () => {
  let server: TestPostgres;
  let nodes: readonly Node[];
  let first: Workspace;
  let second: Workspace;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const url = await server.createStore();
    nodes = [openNode(url), openNode(url)];
    [first, second] = nodes.map((node) => node.workspace) as [Workspace, Workspace];
  });
  afterEach(async () => {
    for (const node of nodes) await node.close();
  });

  const person = async (name: string) => {
    const email = `${name}@example.org`;
    const created = await createUserByOperator(first, { email, name, isAdministrator: false });
    return { email, name, personId: valueOf(created).personId };
  };

  it('[S2] set up one administrator, whoever opens the link first', async () => {
    const link = await issueSetUpLink(first);
    const token = link!.url.split('#')[1]!;
    const password = 'correct horse battery';
    const results = await Promise.all(
      [first, second, first, second].map((ws, index) =>
        redeemLink(
          ws,
          { token, email: `a${index}@example.org`, name: `Admin ${index}`, password },
          'a test',
        ),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.flatMap((result) => (result.ok ? [] : [result.code]))).toEqual(
      Array.from({ length: 3 }, () => 'link_spent'),
    );
    const people = await first.db.selectFrom('people').select('is_administrator').execute();
    expect(people).toEqual([{ is_administrator: 1 }]);
  });

  it('make one person of one address', async () => {
    const input = { email: 'ana@example.org', name: 'Ana', isAdministrator: false };
    const results = await Promise.all(
      [first, second, first, second].map((ws) => createUserByOperator(ws, input)),
    );
    expect(new Set(results.map((result) => valueOf(result).personId)).size).toBe(1);
  });

  it('[A3] leave no activity without a chair when its two chairs leave', async () => {
    const [ana, ben] = [await person('ana'), await person('ben')];
    for (let round = 0; round < 5; round += 1) {
      const { id } = await createActivity(first, ana.personId, { title: `Trial ${round}` });
      const change = { activityId: id, email: ben.email, by: ana };
      valueOf(await setMember(first, change, { role: 'chair' }));
      const results = await Promise.all([
        removeMember(first, { activityId: id, email: ana.email, by: ana }),
        removeMember(second, { activityId: id, email: ben.email, by: ben }),
      ]);
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      expect(results.flatMap((result) => (result.ok ? [] : [result.code]))).toEqual(['last_chair']);
    }
  });

  it('[R13.3] change rights in the same chapters while people write there, and nobody waits in a circle', async () => {
    const [ana, ben] = [await person('ana'), await person('ben')];
    const { id: activityId } = await createActivity(first, ana.personId, { title: 'Trial' });
    const place = { activityId, personId: ana.personId };
    const input = { title: 'Report', template: 'technical-report' } as const;
    const { chapters } = valueOf(await createDocument(first, place, input));
    valueOf(await setMember(first, { activityId, email: ben.email, by: ana }, { role: 'member' }));

    const changes = [first, second].map(async (ws, node) => {
      for (let i = 0; i < 8; i += 1) {
        const role = (i + node) % 2 === 0 ? 'observer' : 'member';
        valueOf(await setMember(ws, { activityId, email: ben.email, by: ana }, { role }));
      }
    });
    const writers = nodes.flatMap(({ log }) => chapters.map(({ id }) => writeTo(log, id)));
    await Promise.all([...changes, ...writers]);
    for (const { id } of chapters) {
      const room = (await nodes[0]!.log.load(id))!;
      expect(room.tail.map(({ position }) => position)).toEqual(
        Array.from({ length: room.head }, (_, index) => index + 1),
      );
      expect(room.tail.filter(({ kind }) => kind === 'update')).toHaveLength(20);
    }
  });
});

/** Appends ten rows to a chapter, catching up whenever somebody else was first. */
async function writeTo(log: PostgresUpdateLog, chapterId: string): Promise<void> {
  const { generation, ...room } = (await log.load(chapterId))!;
  let { head } = room;
  for (let written = 0; written < 10;) {
    const row = {
      personId: 'ana',
      via: 'password' as const,
      bytes: new Uint8Array([written]),
      newClients: [],
    };
    const result = await log.append(chapterId, { generation, expectedHead: head, rows: [row] });
    if (result.type === 'committed') {
      head = result.head;
      written += 1;
    } else if (result.type === 'behind') head = result.rows.at(-1)!.position;
    else throw new Error(`unexpected ${result.type}`);
  }
}
