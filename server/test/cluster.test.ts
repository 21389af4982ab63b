import { SCHEMA_VERSION } from '@plenary/protocol';
import { connect, createMemoryStore, systemClock, type Replica } from '@plenary/provider';
import { startRedis, textOf, typeInto, wsSocketFactory, type RedisServer } from '@plenary/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTokenByOperator, createUserByOperator } from '../src/domain/operator.ts';
import { openServices } from '../src/services.ts';
import { eventually } from './api-world.ts';
import { clientOf, type ApiClient } from './operator-client.ts';
import {
  sharedCleanUp,
  startServerProcess,
  temporaryFolder,
  type ServerProcess,
} from './server-process.ts';
import { expectText, openStockClient, whenSynced, type StockClient } from './stock-client.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

/** Somebody with a token; their address names their place. */
interface Person extends ApiClient {
  readonly email: string;
}

describe('two nodes on one PostgreSQL and one Redis', () => {
  const cleanUp = sharedCleanUp();
  let postgres: TestPostgres;
  let redis: RedisServer;
  let near: ServerProcess;
  let far: ServerProcess;
  let chair: Person;
  let member: Person;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startTestPostgres(), startRedis()]);
    const databaseUrl = await postgres.createStore();
    const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
    const start = () => {
      const dataDir = temporaryFolder(cleanUp.add);
      return startServerProcess({ dataDir, env, cleanUp: cleanUp.add });
    };
    [near, far] = await Promise.all([start(), start()]);
    [chair, member] = await people(databaseUrl, ['Chair', 'Member']);
  }, 120_000);
  afterAll(async () => {
    await cleanUp.run();
    await redis.close();
    await postgres.stop();
  });

  /** People with tokens who call the API of the near node. */
  async function people(databaseUrl: string, names: [string, string]): Promise<[Person, Person]> {
    const config = { databaseUrl, redisUrl: null, port: 0, publicUrl: null, smtpUrl: null };
    const services = await openServices(
      { ...config, dataDir: temporaryFolder(cleanUp.add), hasLimits: true },
      { logger: pino({ level: 'silent' }), onFatal: () => undefined },
    );
    try {
      const make = async (name: string): Promise<Person> => {
        const email = `${name.toLowerCase()}@example.org`;
        await createUserByOperator(services.workspace, { email, name, isAdministrator: false });
        const issued = await createTokenByOperator(services.workspace, { email });
        if (!issued.ok) throw new Error(issued.code);
        return { email, ...clientOf(near.url, issued.value.token) };
      };
      return [await make(names[0]), await make(names[1])];
    } finally {
      await services.close();
    }
  }

  async function chapter(): Promise<{ readonly chapterId: string; readonly path: string }> {
    const { id } = await chair.call<{ id: string }>('POST', '/activities', { title: 'A' });
    const path = `/activities/${id}/members/${member.email}`;
    await chair.call('PUT', path, { role: 'member' });
    const { chapters } = await chair.call<{ chapters: { id: string }[] }>(
      'POST',
      `/activities/${id}/documents`,
      { title: 'D' },
    );
    return { chapterId: chapters[0]!.id, path };
  }

  async function stock(node: ServerProcess, person: Person, id: string): Promise<StockClient> {
    const client = openStockClient(node, id, { token: person.token });
    onTestFinished(() => client.destroy());
    await whenSynced(client);
    return client;
  }

  async function ours(
    node: ServerProcess,
    person: Person,
    id: string,
    statuses: string[] = [],
  ): Promise<Replica> {
    const connection = connect({
      url: `${node.collabUrl}/`,
      store: createMemoryStore(),
      openSocket: wsSocketFactory({ authorization: `Bearer ${person.token}` }),
      clock: systemClock,
      random: Math.random,
      schemaVersion: SCHEMA_VERSION,
    });
    onTestFinished(() => connection.close());
    connection.onStatus(() => void statuses.push(connection.status));
    const replica = connection.open(id);
    await eventually(() => expect(replica.access).toEqual({ mode: 'write' }));
    return replica;
  }

  const wordsOf = ({ doc }: StockClient): string => doc.getText('body').toJSON();

  /** Whether a node serves, and how its link to Redis is. */
  async function readiness(node: ServerProcess): Promise<[number, string]> {
    const answer = await fetch(`${node.url}/readyz`);
    const { checks } = (await answer.json()) as { checks: { redis: string } };
    return [answer.status, checks.redis];
  }

  /** How many nodes hear of a chapter. */
  async function listeners(chapterId: string): Promise<number> {
    const reply = await redis.command(`PUBSUB NUMSUB plenary:0:chapter:${chapterId}`);
    return Number(/:(\d+)$/.exec(reply)?.[1]);
  }

  it('[N3] text and presence go both ways between stock clients', async () => {
    const { chapterId } = await chapter();
    const here = await stock(near, chair, chapterId);
    const there = await stock(far, member, chapterId);
    here.doc.getText('body').insert(0, 'near ');
    await eventually(() => expect(wordsOf(there)).toBe('near '));
    there.doc.getText('body').insert(5, 'far');
    await eventually(() => expect(wordsOf(here)).toBe('near far'));
    here.provider.awareness.setLocalStateField('cursor', { at: 1 });
    there.provider.awareness.setLocalStateField('cursor', { at: 2 });
    // A client knows its own name; the server signs what it shows of the others.
    const others = ({ provider: { awareness } }: StockClient) =>
      [...awareness.getStates()]
        .filter(([client]) => client !== awareness.clientID)
        .map(([, { user, cursor }]) => ({ name: user?.name, cursor }));
    const atFar = { name: 'Member', cursor: { at: 2 } };
    await eventually(() => expect(others(here)).toEqual([atFar]));
    await eventually(() => expect(others(there)).toEqual([{ name: 'Chair', cursor: { at: 1 } }]));
    there.destroy();
    await eventually(() => expect(others(here)).toEqual([]));
    await expectText(far, chapterId, { token: chair.token }).toBe('near far');
  });

  it('[N3] presence goes both ways between clients of ours, whoever came first', async () => {
    const { chapterId } = await chapter();
    const here = await ours(near, chair, chapterId);
    here.awareness.setLocalStateField('cursor', { at: 1 });
    const there = await ours(far, member, chapterId);
    there.awareness.setLocalStateField('cursor', { at: 2 });
    const cursors = ({ awareness }: Replica) =>
      [...awareness.getStates().values()]
        .map(({ cursor }) => cursor?.at ?? 0)
        .toSorted((one, other) => one - other);
    for (const replica of [here, there]) {
      await eventually(() => expect(cursors(replica)).toEqual([1, 2]));
    }
  });

  it('[N4] a role lowered at one node stops the writer at another, and nothing after it is stored', async () => {
    const { chapterId, path } = await chapter();
    const writer = await ours(far, member, chapterId);
    typeInto(writer, 'before');
    await eventually(() => expect(writer.state.kind).toBe('saved'));
    await chair.call('PUT', path, { role: 'observer' });
    typeInto(writer, ', after');
    await eventually(() => expect(writer.access).toEqual({ mode: 'read', reason: 'role' }));
    await eventually(() => expect(writer.drafts.length + pendingOf(writer)).toBeGreaterThan(0));
    for (const node of [near, far]) {
      await expectText(node, chapterId, { token: chair.token }).toBe('before');
    }
    await chair.call('PUT', path, { role: 'member' });
    await eventually(() => expect(writer.access).toEqual({ mode: 'write' }));
  });

  it('[N5] without Redis text still arrives and rights still hold; with it all is as before', async () => {
    const { chapterId, path } = await chapter();
    const statuses: string[] = [];
    const here = await ours(near, chair, chapterId, statuses);
    const there = await ours(far, member, chapterId, statuses);
    await eventually(async () => expect(await listeners(chapterId)).toBe(2));
    await redis.kill();
    await eventually(async () => expect(await readiness(far)).toEqual([200, 'away']));
    typeInto(here, 'without Redis');
    await eventually(() => expect(textOf(there)).toBe('without Redis'));
    await chair.call('PUT', path, { role: 'observer' });
    typeInto(there, ', unseen');
    await eventually(() => expect(there.access).toEqual({ mode: 'read', reason: 'role' }));
    await expectText(near, chapterId, { token: chair.token }).toBe('without Redis');
    await chair.call('PUT', path, { role: 'member' });
    await eventually(() => expect(there.access).toEqual({ mode: 'write' }));

    await redis.start();
    await eventually(async () => expect(await listeners(chapterId)).toBe(2));
    typeInto(here, ' and with it');
    await eventually(() => expect(textOf(there)).toContain(' and with it'));
    await redis.flush();
    typeInto(here, ', flushed');
    await eventually(() => expect(textOf(there)).toContain(', flushed'));
    expect(statuses).toEqual(['online', 'online']);
    expect(await readiness(far)).toEqual([200, 'ok']);
  });

  it('[N6] a node that stops leaves the others serving, and its clients go on there', async () => {
    const { chapterId } = await chapter();
    const here = await ours(near, chair, chapterId);
    typeInto(here, 'kept');
    await eventually(() => expect(here.state.kind).toBe('saved'));
    const { code } = await far.stop();
    expect(code).toBe(0);
    typeInto(here, ' on');
    await eventually(() => expect(here.state.kind).toBe('saved'));
    expect(await listeners(chapterId)).toBe(1);
  });
});

function pendingOf({ state }: Replica): number {
  return 'pending' in state ? state.pending : 0;
}
