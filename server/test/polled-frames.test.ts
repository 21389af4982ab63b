import {
  CLOSE_CODES,
  decodeServerMessage,
  encodeClientMessage,
  MAX_CLIENT_FRAME_BYTES,
  MAX_PIECE_BYTES,
  MAX_SERVER_FRAME_BYTES,
  PieceJoiner,
  POLLED_NAMESPACE,
  SCHEMA_VERSION,
  type PolledClientEvents,
  type PolledServerEvents,
  type ServerMessage,
} from '@plenary/protocol';
import {
  connect,
  createMemoryStore,
  pollingSocketFactory,
  systemClock,
  withFallback,
  type Connection,
} from '@plenary/provider';
import { openStickyBalancer, textOf, typeInto, wsSocketFactory } from '@plenary/testing';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './api-world.ts';
import { openLiveServer, type LivePerson, type LiveServer } from './live-server.ts';

type Polled = Socket<PolledServerEvents, PolledClientEvents>;

describe('frames over long polling', () => {
  let server: LiveServer;
  let chair: LivePerson;
  let member: LivePerson;

  beforeAll(async () => {
    server = await openLiveServer();
    chair = await server.person('Chair');
    member = await server.person('Member');
  });
  afterAll(() => server.close());

  const bearer = ({ token }: LivePerson) => ({ authorization: `Bearer ${token}` });

  function connection(
    person: LivePerson,
    way: 'polling' | 'websocket' | 'either',
    query = '',
  ): Connection {
    const first = wsSocketFactory(bearer(person));
    const second = pollingSocketFactory(bearer(person));
    const either = withFallback({ first, second, clock: systemClock });
    const opened = connect({
      url: `${server.url.replace('http', 'ws')}/collab/${query}`,
      store: createMemoryStore(),
      openSocket: { polling: second, websocket: first, either }[way],
      clock: systemClock,
      random: Math.random,
      schemaVersion: SCHEMA_VERSION,
    });
    onTestFinished(() => opened.close());
    return opened;
  }

  /** A connection whose frames a test writes itself. */
  function raw(person: LivePerson | null, url = server.url): Polled {
    const client: Polled = io(`${url}${POLLED_NAMESPACE}`, {
      transports: ['polling'],
      reconnection: false,
      forceNew: true,
      extraHeaders: person === null ? {} : bearer(person),
    });
    onTestFinished(() => void client.disconnect());
    return client;
  }

  /** Resolves to what the server said before it ended the connection. */
  function ending(client: Polled): Promise<{ code: number | null; reason: string }> {
    let said: number | null = null;
    client.on('closed', (code) => {
      said = code;
    });
    return new Promise((resolve) => {
      client.on('disconnect', (reason) => resolve({ code: said, reason }));
    });
  }

  it('[W60] two people write together, one by polling and one by WebSocket', async () => {
    const { chapterId } = await server.sharedChapter(chair, member);
    const polled = connection(member, 'polling').open(chapterId);
    const direct = connection(chair, 'websocket').open(chapterId);
    await eventually(() =>
      expect([polled.access?.mode, direct.access?.mode]).toEqual(['write', 'write']),
    );
    typeInto(polled, 'by polling, ');
    await eventually(() => expect(textOf(direct)).toBe('by polling, '));
    typeInto(direct, 'by WebSocket');
    await eventually(() => expect(textOf(polled)).toBe('by polling, by WebSocket'));
    await eventually(() =>
      expect([polled.state.kind, direct.state.kind]).toEqual(['saved', 'saved']),
    );
    polled.awareness.setLocalStateField('cursor', { at: 1 });
    await eventually(() => {
      const names = [...direct.awareness.getStates().values()].map(({ user }) => user?.name);
      expect(names).toContain('Member');
    });
  });

  it('[W60] rights are those of any connection, and change while it is open', async () => {
    const { chapterId, path } = await server.sharedChapter(chair, member);
    const polled = connection(member, 'polling').open(chapterId);
    await eventually(() => expect(polled.access).toEqual({ mode: 'write' }));
    await chair.call('PUT', path, { role: 'observer' });
    await eventually(() => expect(polled.access).toEqual({ mode: 'read', reason: 'role' }));
    await chair.call('DELETE', path);
    await eventually(() => expect(polled.state.kind).toBe('closed'));
  });

  it('[W60] [W62] the end of the session closes it with the code a WebSocket would get', async () => {
    const lena = await server.person('Lena');
    const opened = connection(lena, 'polling');
    await eventually(() => expect(opened.status).toBe('online'));
    const { news, workspace } = server.services;
    const { id: personId } = await workspace.db
      .selectFrom('people')
      .select('id')
      .where('email', '=', lena.email)
      .executeTakeFirstOrThrow();
    news.publish({ type: 'sessions-ended', personId, sessionIds: null });
    await eventually(() => expect(opened.closedCode).toBe(CLOSE_CODES.unauthenticated.code));
  });

  it.each(['websocket', 'polling'] as const)(
    '[W6] a connection meant for one person is not that of another (%s)',
    async (way) => {
      const { person } = await chair.call<{ person: { id: string } }>('GET', '/session');
      const meant = connection(chair, way, `?person=${person.id}`);
      await eventually(() => expect(meant.status).toBe('online'));
      const mistaken = connection(member, way, `?person=${person.id}`);
      await eventually(() => expect(mistaken.closedCode).toBe(CLOSE_CODES.unauthenticated.code));
    },
  );

  it('[W61] a large text passes in pieces, both ways', async () => {
    // Somebody whose rate nobody has used yet: a large frame counts as many.
    const otto = await server.person('Otto');
    const { chapterId } = await server.sharedChapter(chair, otto);
    const writer = connection(otto, 'polling').open(chapterId);
    await eventually(() => expect(writer.access?.mode).toBe('write'));
    const text = Array.from({ length: 600_000 }, (_, i) => String.fromCharCode(97 + (i % 26)));
    typeInto(writer, text.join(''));
    await eventually(() => expect(writer.state.kind).toBe('saved'));
    const reader = connection(chair, 'polling').open(chapterId);
    await eventually(() => expect(textOf(reader).length).toBe(text.length));
  });

  it('[W61] what is too large, or no bytes, closes with the code of a WebSocket', async () => {
    const large = raw(member);
    const piece = Buffer.alloc(MAX_PIECE_BYTES);
    for (let sent = 0; sent <= MAX_CLIENT_FRAME_BYTES; sent += piece.length) {
      large.emit('part', piece);
    }
    expect((await ending(large)).code).toBe(CLOSE_CODES.tooLarge.code);

    const text = raw(member);
    text.emit('frame', 'text' as never);
    expect((await ending(text)).code).toBe(CLOSE_CODES.textFrame.code);

    const object = raw(member);
    object.emit('part', { length: 3 } as never);
    expect((await ending(object)).code).toBe(CLOSE_CODES.malformed.code);

    const nonsense = raw(member);
    nonsense.emit('frame', Buffer.of(200, 1, 2));
    expect((await ending(nonsense)).code).toBe(CLOSE_CODES.malformed.code);
  });

  it('[W61] a message larger than a piece ends the connection, and so does one anywhere else', async () => {
    const piece = raw(member);
    piece.emit('frame', Buffer.alloc(MAX_PIECE_BYTES + 1));
    expect((await ending(piece)).code).toBeNull();
    const elsewhere = io(server.url, {
      transports: ['polling'],
      reconnection: false,
      forceNew: true,
      extraHeaders: bearer(member),
    });
    onTestFinished(() => void elsewhere.disconnect());
    const ended = new Promise((resolve) => elsewhere.on('disconnect', resolve));
    elsewhere.emit('watch', Buffer.alloc(9_000));
    await ended;
  });

  it('[W63] who is not signed in is told so, and our client stays away', async () => {
    const refused = new Promise<string>((resolve) => {
      // The answer is gone as soon as the handler has returned.
      raw(null).on('connect_error', (error) => {
        const { context } = error as unknown as { context: { responseText: string } };
        resolve(context.responseText);
      });
    });
    expect(JSON.parse(await refused)).toMatchObject({ message: 'unauthenticated' });
    const stranger = connection({ ...member, token: 'unknown' }, 'polling');
    await eventually(() => expect(stranger.closedCode).toBe(CLOSE_CODES.unauthenticated.code));
  });

  it('[W64] a client that stops asking is behind, and gets what it missed when it asks again', async () => {
    const { chapterId } = await server.sharedChapter(chair, member);
    const { relay } = server.services;
    const slow = raw(member);
    const received: ServerMessage[] = [];
    const joiner = new PieceJoiner(MAX_SERVER_FRAME_BYTES);
    slow.on('part', (piece) => void joiner.add(piece));
    slow.on('frame', (piece) => received.push(decodeServerMessage(joiner.finish(piece)!)));
    await new Promise<void>((resolve) => slow.on('connect', resolve));
    const open = { chapterId, schemaVersion: SCHEMA_VERSION, generation: '', position: 0 };
    slow.emit('frame', encodeClientMessage({ type: 'open', ref: 1, ...open }));
    await eventually(() => expect(received.some(({ type }) => type === 'opened')).toBe(true));
    // The client's own reading stops: no further request is made.
    const transport = slow.io.engine.transport as unknown as { _poll(): void };
    const poll = transport._poll.bind(transport);
    let isAsking = false;
    transport._poll = () => {
      isAsking = true;
    };
    const writer = connection(chair, 'websocket').open(chapterId);
    await eventually(() => expect(writer.access?.mode).toBe('write'));
    const before = relay.stats().slowReaders;
    for (let round = 0; relay.stats().slowReaders === before; round += 1) {
      expect(round).toBeLessThan(40);
      typeInto(writer, 'x'.repeat(300_000));
      await eventually(() => expect(writer.state.kind).toBe('saved'));
    }
    await eventually(() => expect(isAsking).toBe(true));
    transport._poll = poll;
    poll();
    await eventually(() => {
      const last = received.findLast((message) => 'position' in message);
      expect(last).toMatchObject({ position: headOf(received) });
      expect(headOf(received)).toBeGreaterThan(1);
    });
  });

  it('[W65] where upgrades are refused people write all the same, and change back later', async () => {
    const balancer = await openStickyBalancer([server.url], { refusesUpgrades: true });
    onTestFinished(() => balancer.close());
    const { chapterId } = await server.sharedChapter(chair, member);
    const opened = connect({
      url: `${balancer.url.replace('http', 'ws')}/collab/`,
      store: createMemoryStore(),
      openSocket: withFallback({
        first: wsSocketFactory(bearer(member)),
        second: pollingSocketFactory(bearer(member)),
        clock: systemClock,
      }),
      clock: systemClock,
      random: () => 0.01,
      schemaVersion: SCHEMA_VERSION,
    });
    onTestFinished(() => opened.close());
    const replica = opened.open(chapterId);
    await eventually(() => expect(replica.access?.mode).toBe('write'));
    expect(balancer.refusedUpgrades).toBeGreaterThanOrEqual(3);
    typeInto(replica, 'through');
    await eventually(() => expect(replica.state.kind).toBe('saved'));
    balancer.refuseUpgrades(false);
    const statuses: string[] = [];
    opened.onStatus(() => statuses.push(opened.status));
    await eventually(() => expect(statuses).toEqual(['offline', 'online']));
    const posts = balancer.requests[0];
    typeInto(replica, ' and back');
    await eventually(() => expect(replica.state.kind).toBe('saved'));
    expect(balancer.requests[0]).toBe(posts);
  });
});

/** The highest position the server spoke of. */
function headOf(messages: readonly ServerMessage[]): number {
  return Math.max(...messages.map((message) => ('position' in message ? message.position : 0)));
}
