import { once } from 'node:events';
import { request } from 'node:http';
import { encodeClientMessage, MAX_CLIENT_FRAME_BYTES } from '@plenary/protocol';
import { mulberry32, stockProvider } from '@plenary/testing';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Doc } from 'yjs';
import { createChapter, createClient, type ApiClient } from './operator-client.ts';
import {
  sharedCleanUp,
  startServerProcess,
  temporaryFolder,
  type ServerProcess,
} from './server-process.ts';
import { PATIENCE } from './stock-client.ts';

/** Seed of the random frames; a failure is reproduced with it. */
const SEED = 20_261_121;
const RANDOM_FRAMES = 2_000;

let server: ServerProcess;
let ana: ApiClient;
let stranger: ApiClient;
let chapterId: string;

const shared = sharedCleanUp();
afterAll(() => shared.run());

beforeAll(async () => {
  const options = { dataDir: temporaryFolder(shared.add), cleanUp: shared.add };
  server = await startServerProcess(options);
  ana = await createClient(server, options, 'Ana');
  stranger = await createClient(server, options, 'Chiyo');
  chapterId = await createChapter(ana);
}, 120_000);

const bearer = () => ({ authorization: `Bearer ${ana.token}` });

function open(path: string, options: { headers?: object; protocol?: string } = {}): WebSocket {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, options.protocol, {
    headers: { ...(options.headers ?? bearer()) },
  });
  onTestFinished(() => socket.terminate());
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

async function ticket(): Promise<string> {
  return (await ana.call<{ ticket: string }>('POST', `/chapters/${chapterId}/ticket`)).ticket;
}

/** A stock provider that has synchronised. */
async function join(token: string): Promise<Doc> {
  const doc = new Doc();
  const stock = stockProvider({
    url: server.collabUrl,
    chapterId,
    doc,
    token,
  });
  onTestFinished(() => stock.destroy());
  await new Promise<void>((resolve) => {
    stock.provider.on('sync', (isSynced: boolean) => {
      if (isSynced) resolve();
    });
  });
  return doc;
}

describe('the one upgrade listener', { timeout: 120_000 }, () => {
  it('serves collab and WebSocket-only socket.io at the same time', async () => {
    const events = io(server.url, { transports: ['websocket'], extraHeaders: bearer() });
    onTestFinished(() => void events.disconnect());
    const [first, second] = await Promise.all([
      join(ana.token),
      join(ana.token),
      new Promise<void>((resolve) => events.on('connect', resolve)),
    ]);
    expect(events.io.engine.transport.name).toBe('websocket');
    first.getText('body').insert(0, 'both at once');
    await expect.poll(() => second.getText('body').toJSON(), PATIENCE).toBe('both at once');
  });

  it('serves socket.io over long polling too', async () => {
    const events = io(server.url, { transports: ['polling'], extraHeaders: bearer() });
    onTestFinished(() => void events.disconnect());
    await new Promise<void>((resolve) => events.on('connect', resolve));
    expect(events.io.engine.transport.name).toBe('polling');
  });

  it.each(['/', '/api/v1/session', '/collab', '/collab/', '/collab/a/b', '/collab/%ff', '/ws'])(
    'answers an upgrade at %s with 404',
    async (path) => {
      const asked = request(`${server.url}${path}`, {
        headers: {
          ...bearer(),
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      });
      asked.end();
      const [response] = await once(asked, 'response');
      expect(response.statusCode).toBe(404);
      response.resume();
    },
  );

  it('opens our own protocol where it is offered, and no other there', async () => {
    const socket = open('/collab/', { protocol: 'plenary.v1' });
    await once(socket, 'open');
    expect(socket.protocol).toBe('plenary.v1');
    socket.send(encodeClientMessage({ type: 'ping', nonce: 7 }));
    await once(socket, 'message');
  });
});

describe('who may enter', { timeout: 120_000 }, () => {
  it.each([
    ['nobody', () => ({})],
    ['an unknown token', () => ({ authorization: 'Bearer nonsense' })],
    ['a cookie from another site', () => ({ cookie: 'plenary_session=x', origin: 'http://evil' })],
  ])('lets %s in only to be told so by a code', async (_who, headers) => {
    const code = await closeCode(open(`/collab/${chapterId}`, { headers: headers() }));
    expect([4401, 4403]).toContain(code);
  });

  it('closes 4404 for a chapter that does not exist', async () => {
    expect(await closeCode(open('/collab/01a1fbf0-ff0d-7846-ab44-9d75a0f7a2fb'))).toBe(4404);
  });

  it('closes 4404 for a chapter of an activity one is not in', async () => {
    const headers = { authorization: `Bearer ${stranger.token}` };
    expect(await closeCode(open(`/collab/${chapterId}`, { headers }))).toBe(4404);
  });

  it('takes a ticket, again and again, and for its own chapter alone', async () => {
    const query = `?ticket=${await ticket()}`;
    for (let round = 0; round < 3; round += 1) {
      const socket = open(`/collab/${chapterId}${query}`, { headers: {} });
      await once(socket, 'message');
      socket.close();
      expect(await closeCode(socket)).toBe(1005);
    }
    const other = await createChapter(ana);
    expect(await closeCode(open(`/collab/${other}${query}`, { headers: {} }))).toBe(4403);
  });
});

describe('what a socket may send', { timeout: 120_000 }, () => {
  it('[R10] closes 4406 at a text frame', async () => {
    const socket = open(`/collab/${chapterId}`);
    await once(socket, 'open');
    socket.send('hello');
    expect(await closeCode(socket)).toBe(4406);
  });

  it('[R10] closes 4413 for good at a frame of 50 MB', async () => {
    const socket = open(`/collab/${chapterId}`);
    await once(socket, 'open');
    socket.on('error', () => undefined); // the server does not read what is left of it
    socket.send(new Uint8Array(50 * 1024 * 1024));
    expect(await closeCode(socket)).toBe(4413);
    expect(50 * 1024 * 1024).toBeGreaterThan(MAX_CLIENT_FRAME_BYTES);
  });

  it(`[R9] survives ${RANDOM_FRAMES} random frames (seed ${SEED}), each ending at most its socket`, async () => {
    const random = mulberry32(SEED);
    const doc = await join(ana.token);
    const before = await residentBytes();
    let probe = await openProbe();
    for (let sent = 0; sent < RANDOM_FRAMES; sent += 1) {
      if (probe.socket.readyState !== WebSocket.OPEN) probe = await openProbe();
      const frame = new Uint8Array(Math.floor(random() * 200));
      for (let i = 0; i < frame.length; i += 1) frame[i] = Math.floor(random() * 256);
      // Half of them look like the protocol's messages until one looks closer.
      if (random() < 0.5 && frame.length > 2) frame.set([0, Math.floor(random() * 3)]);
      probe.socket.send(frame);
      // Now and then the server gets the time to close the socket, so that others are tried too.
      if (random() < 0.2) await Promise.race([probe.closed, probe.answered()]);
    }
    doc.getText('body').insert(0, 'still here: ');
    const reader = await join(ana.token);
    await expect.poll(() => reader.getText('body').toJSON(), PATIENCE).toMatch(/^still here: /);
    expect((await residentBytes()) - before).toBeLessThan(150 * 1024 * 1024);
  });
});

/** A socket of the chapter that is open, and what can be awaited of it. */
async function openProbe() {
  const socket = open(`/collab/${chapterId}`);
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  socket.on('close', () => close());
  let next = Promise.withResolvers<void>();
  socket.on('message', () => {
    next.resolve();
    next = Promise.withResolvers();
  });
  await once(socket, 'open');
  return { socket, closed, answered: () => next.promise };
}

async function residentBytes(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}
