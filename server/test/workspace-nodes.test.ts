import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientEvents, ServerEvents } from '@plenary/protocol';
import { openFaultProxy, startRedis, type FaultProxy, type RedisServer } from '@plenary/testing';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedisExchange } from '../src/adapters/redis/redis-exchange.ts';
import { openRedisLink, type RedisLink } from '../src/adapters/redis/redis-link.ts';
import { createNewsHub } from '../src/news-hub.ts';
import { createWorkspaceSockets, type WorkspaceSockets } from '../src/plugins/workspace-sockets.ts';
import { eventually, openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

type Client = Socket<ServerEvents, ClientEvents>;

const silent = pino({ level: 'silent' });

/** One node's socket.io server; all of them stand on one database. */
interface Node {
  readonly url: string;
  readonly link: RedisLink;
  readonly proxy: FaultProxy;
  /** Publishes what happened at this node. */
  readonly news: ReturnType<typeof createNewsHub>;
  close(): Promise<void>;
}

describe('the workspace at two nodes', () => {
  let redis: RedisServer;
  let world: ApiWorld;
  let near: Node;
  let far: Node;
  const clients: Client[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    world = await openApiWorld();
    near = await openNode();
    far = await openNode();
    // What the API does happens at the near node.
    world.news.subscribe((news) => near.news.publish(news));
    await streamsAreRead();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
    await world.close();
    await redis.close();
  });

  async function openNode(): Promise<Node> {
    const proxy = await openFaultProxy(redis.port);
    const redisUrl = `redis://127.0.0.1:${proxy.port}`;
    const link = await openRedisLink(redisUrl, silent);
    const news = createNewsHub(silent, createRedisExchange(link));
    const sockets: WorkspaceSockets = createWorkspaceSockets({
      workspace: { ...world.workspace, news },
      news,
      logger: silent,
      cluster: { link, url: redisUrl },
    });
    const server: Server = createServer((request, response) =>
      sockets.handleRequest(request, response),
    );
    server.on('upgrade', (...args) => sockets.handleUpgrade(...args));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}`,
      link,
      proxy,
      news,
      async close() {
        await sockets.close();
        link.close();
        server.closeAllConnections();
        server.close();
        await proxy.close();
      },
    };
  }

  /** Both nodes wait for events: one connection each reads the stream. */
  function streamsAreRead(): Promise<void> {
    return eventually(async () => {
      const reading = (await redis.command('CLIENT LIST')).match(/cmd=xread/g) ?? [];
      expect(reading).toHaveLength(2);
    });
  }

  async function connect(node: Node, caller: Caller): Promise<Client> {
    const client: Client = io(node.url, {
      transports: ['websocket'],
      reconnectionDelay: 20,
      forceNew: true,
      extraHeaders: { authorization: `Bearer ${caller.token}` },
    });
    clients.push(client);
    await new Promise<void>((resolve, reject) => {
      client.on('connect', resolve);
      client.on('connect_error', reject);
    });
    return client;
  }

  const heard = <E extends keyof ServerEvents>(client: Client, event: E) => {
    const payloads: Parameters<ServerEvents[E]>[0][] = [];
    const listener = (payload?: unknown): void => {
      payloads.push(payload as Parameters<ServerEvents[E]>[0]);
    };
    client.on(event, listener as never); // the event's own type of listener takes any payload
    return payloads;
  };

  async function scene() {
    const chair = await world.caller(`chair-${Math.random()}`.replace('0.', ''));
    const member = await world.caller(`member-${Math.random()}`.replace('0.', ''));
    const { id: activityId } = (
      await world.call(chair, 'POST', '/activities', { title: 'A' })
    ).json();
    const path = `/activities/${activityId}/members/${member.email}`;
    await world.call(chair, 'PUT', path, { role: 'member' });
    const body = { title: 'D', template: 'notes' };
    const { id: documentId } = (
      await world.call(chair, 'POST', `/activities/${activityId}/documents`, body)
    ).json();
    const rename = (title: string) =>
      world.call(chair, 'PATCH', `/documents/${documentId}`, { title });
    return { chair, member, activityId, path, documentId: documentId as string, rename };
  }

  it('[E9] a change at one node is told once to who watches at each', async () => {
    const { chair, member, documentId, rename } = await scene();
    const here = await connect(near, chair);
    const there = await connect(far, member);
    for (const client of [here, there]) {
      expect(await client.emitWithAck('watch', { documentId })).toEqual({ ok: true });
    }
    const both = [heard(here, 'document:changed'), heard(there, 'document:changed')];
    await rename('One');
    await eventually(() => expect(both.map((each) => each.length)).toEqual([1, 1]));
    await rename('Two');
    await eventually(() =>
      expect(both.map((each) => each.map(({ title }) => title))).toEqual([
        ['One', 'Two'],
        ['One', 'Two'],
      ]),
    );
  });

  it('[E9] people at all nodes are in a document together', async () => {
    const { chair, member, documentId } = await scene();
    const here = await connect(near, chair);
    const atNear = heard(here, 'document:presence');
    await here.emitWithAck('watch', { documentId });
    const there = await connect(far, member);
    const atFar = heard(there, 'document:presence');
    await there.emitWithAck('watch', { documentId });
    const ids = [chair.personId, member.personId].toSorted();
    for (const told of [atNear, atFar]) {
      await eventually(() => {
        const { people = [], count } = told.at(-1) ?? {};
        expect(people.map(({ id }) => id).toSorted()).toEqual(ids);
        expect(count).toBe(2);
      });
    }
    there.disconnect();
    await eventually(() => expect(atNear.at(-1)?.count).toBe(1));
  });

  it('[E9] who loses access at one node hears nothing further at another', async () => {
    const { chair, member, documentId, path, rename } = await scene();
    const there = await connect(far, member);
    await there.emitWithAck('watch', { documentId });
    const changes = heard(there, 'document:changed');
    const ended = heard(there, 'watch:ended');
    await world.call(chair, 'DELETE', path);
    await eventually(() => expect(ended).toEqual([{ documentId }]));
    await rename('Unheard');
    const witness = await connect(far, chair);
    await witness.emitWithAck('watch', { documentId });
    const seen = heard(witness, 'document:changed');
    await rename('Heard by the chair');
    await eventually(() => expect(seen.map(({ title }) => title)).toContain('Heard by the chair'));
    expect(changes).toEqual([]);
  });

  it('[E9] a session that ends at one node is closed at another', async () => {
    const { member } = await scene();
    const there = await connect(far, member);
    const told = heard(there, 'session:ended');
    near.news.publish({ type: 'sessions-ended', personId: member.personId, sessionIds: null });
    await eventually(() => expect([told.length, there.connected]).toEqual([1, false]));
  });

  it('[E9] who comes back after a break gets what was missed', async () => {
    const { member, documentId, rename } = await scene();
    const there = await connect(far, member);
    await there.emitWithAck('watch', { documentId });
    const changes = heard(there, 'document:changed');
    await rename('Before');
    await eventually(() => expect(changes).toHaveLength(1));
    there.io.engine.close(); // as a network does, not as a person
    await rename('Meanwhile');
    await eventually(() => {
      expect(changes.map(({ title }) => title)).toEqual(['Before', 'Meanwhile']);
      expect(there.recovered).toBe(true);
    });
    await rename('After');
    await eventually(() => expect(changes.at(-1)?.title).toBe('After'));
  });

  it('[E11] a node that stops leaves the connections of the others alone', async () => {
    const { member } = await scene();
    const stopping = await openNode();
    const there = await connect(stopping, member);
    const here = await connect(near, member);
    const gone = new Promise((resolve) => there.once('disconnect', resolve));
    const stayed = vi.fn();
    here.on('disconnect', stayed);
    await stopping.close();
    expect(await gone).toBe('transport close');
    // What the node said to the others has come when what is said after it has.
    const told = heard(here, 'activities:changed');
    far.news.publish({ type: 'activities', personIds: [member.personId] });
    await eventually(() => expect(told.length).toBeGreaterThan(0));
    expect(stayed).not.toHaveBeenCalled();
  });

  it('[E9] who lost access during a break gets nothing of it', async () => {
    const { chair, member, documentId, path, rename } = await scene();
    const there = await connect(far, member);
    await there.emitWithAck('watch', { documentId });
    const changes = heard(there, 'document:changed');
    await rename('Before');
    await eventually(() => expect(changes).toHaveLength(1));
    there.io.reconnection(false);
    there.io.engine.close();
    await eventually(() => expect(there.connected).toBe(false));
    await world.call(chair, 'DELETE', path);
    await rename('Not for them');
    there.connect();
    await eventually(() => expect(there.connected).toBe(true));
    expect(there.recovered).toBe(false);
    expect(changes.map(({ title }) => title)).toEqual(['Before']);
  });

  it('[E9] without Redis a node tells its own, and all are told to ask again afterwards', async () => {
    const { chair, member, documentId, rename } = await scene();
    const here = await connect(near, chair);
    const there = await connect(far, member);
    for (const client of [here, there]) await client.emitWithAck('watch', { documentId });
    const changes = heard(here, 'document:changed');
    const missed = [heard(here, 'news:missed'), heard(there, 'news:missed')];
    await redis.kill();
    await eventually(() => expect([near.link.isUp, far.link.isUp]).toEqual([false, false]));
    await rename('Alone');
    await eventually(() => expect(changes.map(({ title }) => title)).toEqual(['Alone']));
    await redis.start();
    await eventually(() => expect(missed.map((each) => each.length)).toEqual([1, 1]));
    await streamsAreRead();
    const afterwards = heard(there, 'document:changed');
    await rename('Together');
    await eventually(() => expect(afterwards.map(({ title }) => title)).toEqual(['Together']));
  });

  it('[E10] what ended unheard is found out within 5 s', async () => {
    const { chair, member, documentId, path } = await scene();
    const there = await connect(far, member);
    const witness = await connect(far, chair);
    for (const client of [there, witness]) await client.emitWithAck('watch', { documentId });
    const ended = heard(there, 'watch:ended');
    far.proxy.partition();
    const since = performance.now();
    await world.call(chair, 'DELETE', path);
    await eventually(() => expect(ended).toEqual([{ documentId }]));
    const { db } = world.workspace;
    await db.deleteFrom('api_tokens').where('person_id', '=', member.personId).execute();
    await eventually(() => expect(there.connected).toBe(false));
    expect(performance.now() - since).toBeLessThan(10_000);
    expect(witness.connected).toBe(true);
    far.proxy.mend();
  });

  it('[E10] a session that ran out is closed, with one node as with several', async () => {
    const { member, chair } = await scene();
    const here = await connect(near, member);
    const witness = await connect(near, chair);
    const { db } = world.workspace;
    await db
      .updateTable('people')
      .set({ state: 'disabled' })
      .where('id', '=', member.personId)
      .execute();
    await eventually(() => expect(here.connected).toBe(false));
    expect(witness.connected).toBe(true);
  });
});
