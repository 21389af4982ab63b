import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  openFaultProxy,
  startPostgres,
  startRedis,
  type FaultProxy,
  type PostgresServer,
  type RedisServer,
} from '@plenary/testing';
import { clientOf, createClient, type ApiClient } from '../../operator-client.ts';
import type { ChapterLog } from '../crash/log-follower.ts';
import { NodeVictim } from '../crash/node-victim.ts';
import { readPostgresLog } from '../crash/postgres-log.ts';

const PEOPLE = ['Ana', 'Ben', 'Cleo'] as const;

/** A node that keeps its port, and its own way to Redis. */
export interface FaultNode {
  readonly victim: NodeVictim;
  readonly redis: FaultProxy;
  readonly url: string;
}

/** Nodes on one PostgreSQL and one Redis, each with a way to Redis that can be disturbed. */
export interface FaultStand {
  readonly nodes: readonly FaultNode[];
  readonly redis: RedisServer;
  /** Tokens of people who may all write. */
  readonly tokens: readonly string[];
  /** An empty chapter; resolves to its id. */
  newChapter(): Promise<string>;
  readLog(chapterId: string): Promise<ChapterLog>;
  /** Appends a row that no program of ours would write, past the nodes. */
  poison(chapterId: string): Promise<void>;
  /** Ends everything. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts everything, with so many nodes. */
export async function startFaultStand(count = 3): Promise<FaultStand> {
  const folder = mkdtempSync(join(tmpdir(), 'plenary-faults-'));
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const databaseUrl = await postgres.createDatabase();
  const nodes: FaultNode[] = [];
  let closing: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    for (const node of nodes) {
      await node.victim.kill();
      await node.redis.close();
    }
    await postgres.stop();
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const close = (): Promise<void> => (closing ??= end());
  try {
    const env = { LIMITS: 'off', DATABASE_URL: databaseUrl };
    for (let number = 1; number <= count; number += 1) {
      const dataDir = join(folder, `${number}`);
      nodes.push(await startNode(`node ${number}`, dataDir, { env, redis }));
    }
    const operator = { dataDir: join(folder, '1'), env };
    const people = await Promise.all(
      PEOPLE.map((name) => createClient(nodes[0]!.victim.server!, operator, name)),
    );
    const documentId = await sharedDocument(people[0]!);
    return {
      nodes,
      redis,
      tokens: people.map(({ token }) => token),
      async newChapter() {
        const path = `/documents/${documentId}/chapters`;
        const chair = clientOf(nodes[0]!.url, people[0]!.token);
        return (await chair.call<{ id: string }>('POST', path, { title: 'Chapter' })).id;
      },
      readLog: (chapterId) => readPostgresLog(postgres, databaseUrl, chapterId),
      poison: (chapterId) => poison(postgres, databaseUrl, chapterId),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startNode(
  name: string,
  dataDir: string,
  shared: { readonly env: Readonly<Record<string, string>>; readonly redis: RedisServer },
): Promise<FaultNode> {
  const proxy = await openFaultProxy(shared.redis.port);
  const port = await freePort();
  const env = {
    ...shared.env,
    PORT: String(port),
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
  };
  const victim = new NodeVictim(name, { dataDir, env });
  await victim.start();
  return { victim, redis: proxy, url: `http://127.0.0.1:${port}` };
}

/** A document whose chapters everybody may write. */
async function sharedDocument(chair: ApiClient): Promise<string> {
  const { id } = await chair.call<{ id: string }>('POST', '/activities', { title: 'Faults' });
  for (const name of PEOPLE.slice(1)) {
    const path = `/activities/${id}/members/${name.toLowerCase()}@example.org`;
    await chair.call('PUT', path, { role: 'member' });
  }
  const report = { title: 'Report', template: 'blank' };
  return (await chair.call<{ id: string }>('POST', `/activities/${id}/documents`, report)).id;
}

async function poison(
  postgres: PostgresServer,
  databaseUrl: string,
  chapterId: string,
): Promise<void> {
  if (!/^[\w-]+$/.test(chapterId)) throw new Error(`not a chapter: ${chapterId}`);
  await postgres.query(
    `begin;
     update collab_rooms set head = head + 1 where chapter_id = '${chapterId}';
     insert into collab_log (chapter_id, position, kind, person_id, via, at, bytes)
       select chapter_id, head, 'update', 'nobody', 'password', 0, '\\xffffffff'::bytea
       from collab_rooms where chapter_id = '${chapterId}';
     commit`,
    new URL(databaseUrl).pathname.slice(1),
  );
}
