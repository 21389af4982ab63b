import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  POLLED_NAMESPACE,
  SCHEMA_VERSION,
  decodeServerMessage,
  encodeClientMessage,
  type ClientMessage,
  type ServerMessage,
} from '@plenary/protocol';
import { anUpdate, startRedis } from '@plenary/testing';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './api-world.ts';
import { createChapter, createClient, type ApiClient } from './operator-client.ts';
import { scrape } from './scrape.ts';
import {
  sharedCleanUp,
  startServerProcess,
  temporaryFolder,
  type ServerProcess,
} from './server-process.ts';
import { openStockClient, whenSynced } from './stock-client.ts';

const GUIDE = fileURLToPath(new URL('../../docs/operate/watch.md', import.meta.url));

/** Words that nobody else writes: found in the log they got there from a person. */
const TITLE = 'Zirconium Ledger';
const WORDS = 'quietly-typed-words';

let server: ServerProcess;
let ana: ApiClient;
let chapterId: string;

const shared = sharedCleanUp();
afterAll(() => shared.run());

beforeAll(async () => {
  const options = {
    dataDir: temporaryFolder(shared.add),
    env: { LOG_LEVEL: 'trace' },
    cleanUp: shared.add,
  };
  server = await startServerProcess(options);
  ana = await createClient(server, options, 'Ana');
  chapterId = await createChapter(ana);
}, 120_000);

/** A client of our own: what it hears, and the way to say something. */
interface OwnClient {
  readonly socket: WebSocket;
  say(message: ClientMessage): void;
  /** The next message of a type, of those that were not taken yet. */
  next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>>;
}

async function openOwn(): Promise<OwnClient> {
  const socket = new WebSocket(`${server.collabUrl}/`, 'plenary.v1', {
    headers: { authorization: `Bearer ${ana.token}` },
  });
  onTestFinished(() => socket.terminate());
  const heard: ServerMessage[] = [];
  socket.on('message', (data: Buffer) => heard.push(decodeServerMessage(new Uint8Array(data))));
  await once(socket, 'open');
  return {
    socket,
    say: (message) => socket.send(encodeClientMessage(message)),
    next: (type) =>
      eventually(() => {
        const at = heard.findIndex((message) => message.type === type);
        if (at === -1) throw new Error(`no ${type} came`);
        return heard.splice(at, 1)[0] as never; // found by its type
      }),
  };
}

const opening = {
  type: 'open',
  ref: 1,
  schemaVersion: SCHEMA_VERSION,
  generation: '',
  position: 0,
};

/** Resolves when a sample has grown by so much since `before`. */
async function grown(name: string, before: ReadonlyMap<string, number>, by = 1): Promise<void> {
  await eventually(async () => {
    const now = (await scrape(server.url)).get(name) ?? 0;
    expect(now, name).toBeGreaterThanOrEqual((before.get(name) ?? 0) + by);
  });
}

/** Resolves when a sample has this value. */
async function reached(name: string, value: number): Promise<void> {
  await eventually(async () => expect((await scrape(server.url)).get(name), name).toBe(value));
}

/** Lines of the log as objects. */
function linesOf({ errors }: ServerProcess): Record<string, unknown>[] {
  return errors()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('what /metrics says', { timeout: 60_000 }, () => {
  it('counts connections by kind while they are open, and why they ended', async () => {
    const before = await scrape(server.url);
    const stock = openStockClient(server, chapterId, { token: ana.token });
    await whenSynced(stock);
    const own = await openOwn();
    const options = {
      path: '/socket.io/',
      extraHeaders: { authorization: `Bearer ${ana.token}` },
      reconnection: false,
    } as const;
    const workspace = io(server.url, { ...options, transports: ['websocket'], forceNew: true });
    const polled = io(`${server.url}${POLLED_NAMESPACE}`, {
      ...options,
      transports: ['polling'],
      forceNew: true,
    });
    onTestFinished(() => void [workspace.disconnect(), polled.disconnect()]);
    for (const kind of ['stock', 'own', 'polled', 'workspace']) {
      await reached(`plenary_connections{kind="${kind}"}`, 1);
    }
    stock.destroy();
    own.socket.terminate();
    workspace.disconnect();
    polled.disconnect();
    for (const kind of ['stock', 'own', 'polled', 'workspace']) {
      await reached(`plenary_connections{kind="${kind}"}`, 0);
    }
    await grown('plenary_connections_ended_total{reason="lost"}', before);
    await grown('plenary_connections_ended_total{reason="left"}', before, 3);
  });

  it('counts flushes, their size and their times, frames and presence', async () => {
    const before = await scrape(server.url);
    const stock = openStockClient(server, chapterId, { token: ana.token });
    onTestFinished(() => stock.destroy());
    await whenSynced(stock);
    stock.doc.getText('body').insert(0, WORDS);
    stock.provider.awareness.setLocalState({ user: { name: TITLE } });
    for (const name of ['commit_seconds', 'lag_seconds', 'flush_updates', 'flush_rows']) {
      await grown(`plenary_relay_${name}_count`, before);
    }
    await grown('plenary_relay_flush_bytes_sum', before, WORDS.length);
    await grown('plenary_relay_frames_total{direction="in"}', before, 3);
    await grown('plenary_relay_frame_bytes_total{direction="out"}', before, WORDS.length);
    await grown('plenary_relay_presence_frames_total', before);
    const after = await scrape(server.url);
    expect(after.get('plenary_relay_rooms')).toBe(1);
    expect(after.get('plenary_relay_members')).toBe(1);
    const held = after.get('plenary_relay_held_bytes')!;
    expect(held).toBeGreaterThan(0);
    expect(after.get('plenary_relay_memory_bytes')).toBeGreaterThan(held);
  });

  it('counts what is refused, parked and ended, by reasons of the protocol', async () => {
    const before = await scrape(server.url);
    const own = await openOwn();
    own.say({ ...opening, type: 'open', chapterId });
    const { room } = await own.next('opened');
    own.say({ type: 'update', room, seq: 1, bytes: new Uint8Array([9, 9, 9]) });
    expect((await own.next('refused')).reason).toBe('malformed');
    await grown('plenary_relay_refused_total{reason="malformed"}', before);
    own.socket.send('text');
    expect((await once(own.socket, 'close'))[0]).toBe(4406);
    await grown('plenary_connections_ended_total{reason="textFrame"}', before);
    await grown('plenary_relay_ended_total{reason="textFrame"}', before);

    const other = new WebSocket(`${server.collabUrl}/${chapterId}`);
    expect((await once(other, 'close'))[0]).toBe(4401);
    await grown('plenary_connections_ended_total{reason="unauthenticated"}', before);
    const nowhere = new WebSocket(`${server.collabUrl}/a/b/c`);
    await once(nowhere, 'error');
    await grown('plenary_upgrades_refused_total{status="404"}', before);
  });

  it('times requests by route and status, never by address', async () => {
    const before = await scrape(server.url);
    await ana.call('GET', '/activities');
    await fetch(`${server.url}/api/v1/chapters/${chapterId}`);
    await fetch(`${server.url}/nowhere/${chapterId}`, { method: 'PROPFIND' });
    const count = (labels: string) => `plenary_http_request_seconds_count{${labels}}`;
    await grown(count('method="GET",route="/api/v1/activities",status="200"'), before);
    await grown(count('method="GET",route="/api/v1/chapters/:id",status="401"'), before);
    await grown(count('method="other",route="none",status="404"'), before);
  });

  it('watches the event loop and the queues, whoever else scrapes', async () => {
    await reached('plenary_queue_depth{queue="log-write"}', 0);
    const before = await scrape(server.url);
    await grown('plenary_event_loop_delay_seconds_count', before, 2);
    const after = await scrape(server.url);
    const small = after.get('plenary_event_loop_delay_seconds_bucket{le="2.5"}')!;
    expect(small).toBeGreaterThan(0);
    expect([...after.keys()].filter((name) => name.startsWith('nodejs_eventloop_lag'))).toEqual([]);
  });

  it('holds no id, address, name or title, whoever asks', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const labels = [...text.matchAll(/="([^"]*)"/g)].map((match) => match[1]!);
    expect(labels.length).toBeGreaterThan(100);
    for (const secret of [chapterId, ana.token, 'Ana', '127.0.0.1', TITLE]) {
      expect(text).not.toContain(secret);
    }
    const words = /^[\w ./:*+-]{1,80}$/;
    expect(labels.filter((label) => !words.test(label))).toEqual([]);
  });

  it('says what the guide for operators explains, and how the link to other nodes is', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const env = { REDIS_URL: redis.url };
    const { url } = await startServerProcess({ dataDir: temporaryFolder(), env });
    const text = await (await fetch(`${url}/metrics`)).text();
    const served = [...text.matchAll(/^# TYPE (plenary_\S+)/gm)].map((match) => match[1]!);
    const rows = readFileSync(GUIDE, 'utf8').matchAll(/^\| `(plenary_\w+)` \|/gm);
    const explained = [...rows].map((match) => match[1]!);
    expect(served.toSorted()).toEqual(explained.toSorted());
    const reads = (name: string) => scrape(url).then((samples) => samples.get(name));
    for (const name of ['round_trip', 'news']) {
      await eventually(async () =>
        expect(await reads(`plenary_redis_${name}_seconds_count`)).toBeGreaterThan(0),
      );
    }
    expect(await reads('plenary_redis_up')).toBe(1);
    await redis.kill();
    await eventually(async () => expect(await reads('plenary_redis_up')).toBe(0));
    const timed = await reads('plenary_redis_news_seconds_count');
    await eventually(async () =>
      expect(await reads('plenary_redis_silent_seconds')).toBeGreaterThan(2),
    );
    expect(await reads('plenary_redis_news_seconds_count')).toBe(timed);
  });
});

describe('what the log says', { timeout: 60_000 }, () => {
  it('tells one connection’s story under one id', async () => {
    const own = await openOwn();
    own.say({ ...opening, type: 'open', chapterId });
    const { room } = await own.next('opened');
    own.say({ type: 'update', room, seq: 1, bytes: new Uint8Array([9, 9, 9]) });
    await own.next('refused');
    own.socket.send(new Uint8Array([250]));
    expect((await once(own.socket, 'close'))[0]).toBe(4400);
    const story = await eventually(() => {
      const end = linesOf(server).find(
        ({ msg, reason, refused }) =>
          msg === 'connection ended' && reason === 'malformed' && refused === 1,
      );
      expect(end).toBeDefined();
      return linesOf(server).filter(({ connectionId }) => connectionId === end!['connectionId']);
    });
    expect(story.map(({ msg }) => msg)).toEqual([
      'connection opened',
      'chapter entered',
      'update refused',
      'malformed frame',
      'chapter left',
      'connection ended',
    ]);
    expect(story.map(({ level }) => level)).toEqual([20, 20, 20, 30, 20, 30]);
    expect(story[0]).toMatchObject({ kind: 'own', via: 'operator', ip: '127.0.0.1' });
    expect(story[2]).toMatchObject({ chapterId, reason: 'malformed' });
    expect(story.at(-1)).toMatchObject({ code: 4400, framesIn: 3, chapters: 1, refused: 1 });
    expect(story.at(-1)).not.toHaveProperty('ip');
  });

  it('holds no token, ticket, cookie, title or text, even at trace', async () => {
    const { ticket } = await ana.call<{ ticket: string }>('POST', `/chapters/${chapterId}/ticket`);
    const { id } = await ana.call<{ id: string }>('POST', '/activities', { title: TITLE });
    await ana.call('POST', `/activities/${id}/documents`, { title: TITLE });
    await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ana@example.org', password: 'wrong-horse-battery' }),
    });
    await fetch(`${server.url}/api/v1/session`, {
      headers: { cookie: 'plenary_session=a-forged-cookie-of-somebody' },
    });
    const before = linesOf(server).length;
    const withTicket = new WebSocket(`${server.collabUrl}/${chapterId}?ticket=${ticket}`);
    await once(withTicket, 'open');
    withTicket.terminate();
    const stale = new WebSocket(`${server.collabUrl}/${chapterId}?ticket=x${ticket}`);
    await once(stale, 'close');
    const own = await openOwn();
    own.say({ ...opening, type: 'open', chapterId });
    const { room } = await own.next('opened');
    own.say({ type: 'update', room, seq: 1, bytes: anUpdate(WORDS) });
    await own.next('ack');
    own.socket.send(Buffer.from(WORDS));
    await once(own.socket, 'close');
    await eventually(() => {
      const ends = linesOf(server).slice(before);
      expect(ends.filter(({ msg }) => msg === 'connection ended').length).toBeGreaterThan(1);
    });
    const log = server.errors();
    expect(log).toContain('answered');
    for (const secret of [
      ana.token,
      ticket,
      'wrong-horse-battery',
      'a-forged-cookie-of-somebody',
      TITLE,
      WORDS,
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
