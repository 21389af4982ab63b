import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientEvents, Outline, ServerEvents, Watch, WatchAnswer } from '@plenary/protocol';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspaceSockets, type WorkspaceSockets } from '../src/plugins/workspace-sockets.ts';
import { endReviews } from '../src/domain/housekeeping.ts';
import { drawSecret } from '../src/domain/secrets.ts';
import { eventually, openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

type Client = Socket<ServerEvents, ClientEvents>;

describe('socket.io events', () => {
  let world: ApiWorld;
  let sockets: WorkspaceSockets;
  let url: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    world = await openApiWorld();
    const { workspace, news, app } = world;
    sockets = createWorkspaceSockets({ workspace, news, logger: app.log });
    app.server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head),
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(async () => {
    await sockets.close();
    await world.close();
  });

  function open(headers: Record<string, string>): Client {
    const client: Client = io(url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: headers,
    });
    clients.push(client);
    return client;
  }

  async function connect(caller: Caller): Promise<Client> {
    const client = open({ authorization: `Bearer ${caller.token}` });
    await new Promise<void>((resolve, reject) => {
      client.on('connect', resolve);
      client.on('connect_error', reject);
    });
    return client;
  }

  const refusal = (client: Client): Promise<string> =>
    new Promise((resolve, reject) => {
      client.on('connect', () => reject(new Error('was let in')));
      client.on('connect_error', (error) => resolve(error.message));
    });

  const watch = (client: Client, what: Watch): Promise<WatchAnswer> =>
    client.timeout(15_000).emitWithAck('watch', what);

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
    const document = (
      await world.call(chair, 'POST', `/activities/${activityId}/documents`, body)
    ).json();
    return { chair, member, activityId, path, document, documentId: document.id as string };
  }

  it('[E1] lets in by bearer token or by a cookie from our own pages, over WebSocket alone', async () => {
    const { member } = await scene();
    expect((await connect(member)).connected).toBe(true);
    const { secret, hash } = drawSecret();
    await world.workspace.db
      .insertInto('sessions')
      .values({
        id: 'cookie-session',
        person_id: member.personId,
        secret_hash: hash,
        via: 'password',
        device: '',
        created_at: 0,
        last_seen_at: 0,
        expires_at: world.workspace.clock.now() + 60_000,
      })
      .execute();
    const cookie = `plenary_session=${secret}`;
    const ours = open({ cookie, origin: url });
    await eventually(() => expect(ours.connected).toBe(true));
    expect(await refusal(open({ cookie, origin: 'https://evil.example' }))).toBe('websocket error');
  });

  it('[E1] refuses who is not signed in, in the handshake', async () => {
    expect(await refusal(open({}))).toBe('websocket error');
    expect(await refusal(open({ authorization: 'Bearer unknown' }))).toBe('websocket error');
    expect(await refusal(open({ cookie: 'plenary_session=x' }))).toBe('websocket error');
  });

  it('[E2] a watch is granted to who may read, and hidden and unknown things answer the same', async () => {
    const { member, activityId, documentId } = await scene();
    const stranger = await connect((await scene()).chair);
    const client = await connect(member);
    expect(await watch(client, { activityId })).toEqual({ ok: true });
    expect(await watch(client, { documentId })).toEqual({ ok: true });
    for (const what of [{ activityId }, { documentId }, { documentId: 'unknown' }]) {
      expect(await watch(stranger, what)).toEqual({ ok: false, code: 'not_found' });
    }
  });

  it('[E2] what is not a watch is answered invalid_input, and one connection has 64 watches', async () => {
    const { member, activityId } = await scene();
    const client = await connect(member);
    for (const what of [null, 7, {}, { documentId: {} }, { documentId: 'a', activityId: 'b' }]) {
      expect(await watch(client, what as never)).toEqual({ ok: false, code: 'invalid_input' });
    }
    const ids = await Promise.all(
      Array.from({ length: 64 }, async (_, n) => {
        const path = `/activities/${activityId}/documents`;
        return (await world.call(member, 'POST', path, { title: `D${n}` })).json().id as string;
      }),
    );
    for (const documentId of ids) expect((await watch(client, { documentId })).ok).toBe(true);
    expect(await watch(client, { activityId })).toEqual({ ok: false, code: 'rate_limited' });
    client.emit('unwatch', { documentId: ids[0] ?? '' });
    expect((await watch(client, { activityId })).ok).toBe(true);
  });

  it('[E3] a change is told to who watches, an outline as a whole with a growing version', async () => {
    const { chair, member, activityId, document, documentId } = await scene();
    const client = await connect(member);
    await watch(client, { documentId });
    await watch(client, { activityId });
    const outlines: Outline[] = heard(client, 'document:changed');
    const activities = heard(client, 'activity:changed');
    await world.call(chair, 'POST', `/documents/${documentId}/chapters`, { title: 'New' });
    await world.call(chair, 'PATCH', `/chapters/${document.chapters[0].id}`, { frozen: true });
    await world.call(chair, 'PATCH', `/documents/${documentId}`, { title: 'Renamed' });
    await eventually(() => expect(outlines).toHaveLength(3));
    expect(outlines.map((outline) => outline.version)).toEqual([1, 2, 3]);
    expect(outlines[0]?.chapters.at(-1)?.title).toBe('New');
    expect(outlines[1]?.chapters[0]?.frozen).toBe(true);
    expect(outlines[2]?.title).toBe('Renamed');
    await eventually(() => expect(activities).toContainEqual({ activityId }));
  });

  it('[E3] a person’s list of activities is told to all their connections, unasked', async () => {
    const { chair, activityId } = await scene();
    const newcomer = await world.caller('Newcomer');
    const lists = heard(await connect(newcomer), 'activities:changed');
    const path = `/activities/${activityId}/members/${newcomer.email}`;
    await world.call(chair, 'PUT', path, { role: 'observer' });
    await eventually(() => expect(lists).toHaveLength(1));
  });

  it('[E4] who loses access is told, and hears nothing further of the thing', async () => {
    const { chair, member, path, activityId, documentId } = await scene();
    const client = await connect(member);
    await watch(client, { documentId });
    await watch(client, { activityId });
    const memberships = heard(client, 'membership:changed');
    const ended = heard(client, 'watch:ended');
    const outlines = heard(client, 'document:changed');
    await world.call(chair, 'DELETE', path);
    await eventually(() => expect(ended).toHaveLength(2));
    expect(memberships).toEqual([{ activityId }]);
    await world.call(chair, 'PATCH', `/documents/${documentId}`, { title: 'Secret' });
    // Anything further would have arrived before the answer to this.
    expect((await watch(client, { documentId })).ok).toBe(false);
    expect(outlines).toEqual([]);
  });

  it('[E4] a reviewer’s watches end with the invitation', async () => {
    const { chair, activityId, documentId } = await scene();
    const reviewer = await world.caller('Reviewing');
    const { clock } = world.workspace;
    const until = new Date(clock.now() + 60_000).toISOString();
    await world.call(chair, 'PUT', `/activities/${activityId}/members/${reviewer.email}`, {
      role: 'reviewer',
      documents: [documentId],
      until,
    });
    const client = await connect(reviewer);
    expect((await watch(client, { documentId })).ok).toBe(true);
    const ended = heard(client, 'watch:ended');
    const since = clock.now();
    world.pass(60_001);
    const next = await endReviews(world.workspace, since);
    await eventually(() => expect(ended).toEqual([{ documentId }]));
    world.published.length = 0;
    await endReviews(world.workspace, next);
    expect(world.published).toEqual([]);
  });

  it('[E5] a document put into the bin is told to who watches it, and the watch ends', async () => {
    const { chair, member, documentId } = await scene();
    const client = await connect(member);
    await watch(client, { documentId });
    const deleted = heard(client, 'document:deleted');
    const ended = heard(client, 'watch:ended');
    await world.call(chair, 'DELETE', `/documents/${documentId}`);
    await eventually(() => expect(ended).toEqual([{ documentId }]));
    expect(deleted).toEqual([{ documentId }]);
  });

  it('[E6] who watches a document sees who else does, each person once', async () => {
    const { chair, member, documentId } = await scene();
    const first = await connect(chair);
    const presence = heard(first, 'document:presence');
    const last = () => presence.at(-1);
    await watch(first, { documentId });
    await eventually(() => expect(last()?.count).toBe(1));
    const second = await connect(member);
    const third = await connect(member);
    await watch(second, { documentId });
    await watch(third, { documentId });
    await eventually(() => expect(last()?.count).toBe(2));
    expect(
      last()
        ?.people.map((person) => person.id)
        .toSorted(),
    ).toEqual([chair.personId, member.personId].toSorted());
    await world.call(member, 'PATCH', '/me', { name: 'Björn Holm' });
    await eventually(() =>
      expect(last()?.people.map((person) => person.name)).toContain('Björn Holm'),
    );
    second.emit('unwatch', { documentId });
    third.disconnect();
    await eventually(() => expect(last()?.count).toBe(1));
  });

  it('[E7] a session that ends is told so and closed, others of the person stay', async () => {
    const { member } = await scene();
    const other = await connect(member);
    const made = await world.call(member, 'POST', '/me/tokens', { label: 'second' });
    const client = await connect({ ...member, token: made.json().token });
    const told = heard(client, 'session:ended');
    const closed = new Promise((resolve) => client.on('disconnect', resolve));
    await world.call(member, 'DELETE', `/me/tokens/${made.json().id}`);
    expect(await closed).toBe('io server disconnect');
    expect(told).toHaveLength(1);
    expect(other.connected).toBe(true);
  });

  it('[E11] a server that stops lets its clients come back by themselves', async () => {
    const { member } = await scene();
    const { workspace, news, app } = world;
    const server = createServer().listen(0, '127.0.0.1');
    let stopping = createWorkspaceSockets({ workspace, news, logger: app.log });
    server.on('upgrade', (request, socket, head) => stopping.handleUpgrade(request, socket, head));
    await new Promise((resolve) => server.once('listening', resolve));
    const client: Client = io(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      transports: ['websocket'],
      reconnectionDelay: 50,
      forceNew: true,
      extraHeaders: { authorization: `Bearer ${member.token}` },
    });
    clients.push(client);
    const connected = (): Promise<void> =>
      new Promise((resolve) => void client.once('connect', resolve));
    await connected();
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    await stopping.close();
    expect(await gone).toBe('transport close');
    stopping = createWorkspaceSockets({ workspace, news, logger: app.log });
    await connected();
    await stopping.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('[E8] a connection that floods is closed', async () => {
    const { member } = await scene();
    const client = await connect(member);
    const closed = new Promise((resolve) => client.on('disconnect', resolve));
    for (let n = 0; n < 200; n += 1) client.emit('unwatch', { documentId: 'x' });
    expect(await closed).toBe('io server disconnect');
  });

  it('[E8] a message larger than 8 KB ends the connection', async () => {
    const { member } = await scene();
    const client = await connect(member);
    const closed = new Promise((resolve) => client.on('disconnect', resolve));
    client.emit('unwatch', { documentId: 'x'.repeat(9_000) });
    expect(await closed).toBe('transport close');
  });
});
