import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSE_CODES, SUBPROTOCOL } from '@plenary/protocol';
import { stockProvider } from '@plenary/testing';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Doc } from 'yjs';
import { build } from '../src/app.ts';
import { createTokenByOperator, createUserByOperator } from '../src/domain/operator.ts';
import { openServices, type Services } from '../src/services.ts';
import { eventually } from './api-world.ts';
import { clientOf, type ApiClient } from './operator-client.ts';
import { testDatabaseUrl } from './test-storage.ts';

describe('rights on open connections', () => {
  let dataDir: string;
  let services: Services;
  let app: FastifyInstance;
  let url: string;
  let chair: ApiClient & { email: string };
  let member: ApiClient & { email: string };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'plenary-rights-'));
    const config = {
      dataDir,
      databaseUrl: await testDatabaseUrl(),
      port: 0,
      publicUrl: null,
      smtpUrl: null,
      redisUrl: null,
      hasLimits: true,
    } as const;
    const logger = pino({ level: 'silent' });
    services = await openServices(config, {
      logger,
      onFatal: (error) => {
        throw error;
      },
    });
    app = await build({
      config: { publicUrl: null, trustProxy: false, redisUrl: null, hasLimits: true },
      services,
      logger,
      webRoot: null,
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    services.setAddress(url);
    chair = await person('Chair');
    member = await person('Member');
  });
  afterAll(async () => {
    await app.close();
    await services.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function person(name: string): Promise<ApiClient & { email: string }> {
    const email = `${name.toLowerCase()}@example.org`;
    await createUserByOperator(services.workspace, { email, name, isAdministrator: false });
    const issued = await createTokenByOperator(services.workspace, { email });
    if (!issued.ok) throw new Error(issued.code);
    return { email, ...clientOf(url, issued.value.token) };
  }

  /** A chapter of an activity that both are in. */
  async function sharedChapter(): Promise<{ activityId: string; chapterId: string; path: string }> {
    const { id } = await chair.call<{ id: string }>('POST', '/activities', { title: 'A' });
    const path = `/activities/${id}/members/${member.email}`;
    await chair.call('PUT', path, { role: 'member' });
    const { chapters } = await chair.call<{ chapters: { id: string }[] }>(
      'POST',
      `/activities/${id}/documents`,
      { title: 'D' },
    );
    return { activityId: id, chapterId: chapters[0]?.id ?? '', path };
  }

  function open(
    path: string,
    headers: Record<string, string>,
    protocols: string[] = [],
  ): WebSocket {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, protocols, { headers });
    onTestFinished(() => socket.terminate());
    return socket;
  }

  const bearer = (client: ApiClient) => ({ authorization: `Bearer ${client.token}` });

  async function closeCode(socket: WebSocket): Promise<number> {
    const [code] = (await once(socket, 'close')) as [number];
    return code;
  }

  async function signedInWithPassword(): Promise<{ cookie: string }> {
    await member.call('PUT', '/me/password', { next: 'correct horse battery' }).catch(() => null);
    const answer = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: member.email, password: 'correct horse battery' }),
    });
    return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
  }

  /** A document that the member writes through a stock provider. */
  function writer(chapterId: string): Doc {
    const doc = new Doc();
    const stock = stockProvider({
      url: `${url.replace('http', 'ws')}/collab`,
      chapterId,
      doc,
      token: member.token,
    });
    onTestFinished(() => stock.destroy());
    return doc;
  }

  const rowsOf = (chapterId: string) =>
    services.workspace.db
      .selectFrom('collab_log')
      .select(['kind', 'person_id', 'via'])
      .where('chapter_id', '=', chapterId)
      .orderBy('position')
      .execute();

  it('[W1] the protocol is told by path and subprotocol, and other upgrades find nothing', async () => {
    const { chapterId } = await sharedChapter();
    const stock = open(`/collab/${chapterId}`, bearer(member));
    const ours = open('/collab/', bearer(member), [SUBPROTOCOL]);
    await Promise.all([once(stock, 'open'), once(ours, 'open')]);
    expect([stock.protocol, ours.protocol]).toEqual(['', SUBPROTOCOL]);
    for (const path of ['/collab/', '/api/v1/session', '/']) {
      const [error] = (await once(open(path, bearer(member)), 'error')) as [Error];
      expect([path, error.message]).toEqual([path, 'Unexpected server response: 404']);
    }
  });

  it('[W2] a bearer token and a session cookie sign a socket in, and nothing else does', async () => {
    const { chapterId } = await sharedChapter();
    const { cookie } = await signedInWithPassword();
    for (const headers of [bearer(member), { cookie, origin: url }]) {
      const socket = open(`/collab/${chapterId}`, headers);
      await once(socket, 'message');
      expect(socket.readyState).toBe(WebSocket.OPEN);
    }
    for (const headers of [
      {},
      { authorization: 'Bearer unknown' },
      { cookie: 'plenary_session=x' },
    ]) {
      const socket = open(`/collab/${chapterId}`, headers);
      expect(await closeCode(socket)).toBe(CLOSE_CODES.unauthenticated.code);
    }
  });

  it('[W3] a cookie does not count on a page of another site', async () => {
    const { chapterId } = await sharedChapter();
    const { cookie } = await signedInWithPassword();
    for (const path of [`/collab/${chapterId}`, '/collab/']) {
      const protocols = path === '/collab/' ? [SUBPROTOCOL] : [];
      const socket = open(path, { cookie, origin: 'https://evil.example' }, protocols);
      expect(await closeCode(socket)).toBe(CLOSE_CODES.forbidden.code);
    }
  });

  it('[W4] a ticket opens its chapter again and again, no other, and not before it is checked', async () => {
    const { chapterId, path } = await sharedChapter();
    const other = await sharedChapter();
    const { ticket } = await member.call<{ ticket: string }>(
      'POST',
      `/chapters/${chapterId}/ticket`,
    );
    for (let n = 0; n < 3; n += 1) {
      const socket = open(`/collab/${chapterId}?ticket=${ticket}`, {});
      await once(socket, 'message');
      socket.close();
    }
    const elsewhere = open(`/collab/${other.chapterId}?ticket=${ticket}`, {});
    expect(await closeCode(elsewhere)).toBe(CLOSE_CODES.forbidden.code);
    const multiplexed = open(`/collab/?ticket=${ticket}`, {}, [SUBPROTOCOL]);
    expect(await closeCode(multiplexed)).toBe(CLOSE_CODES.unauthenticated.code);
    const invented = open(`/collab/${chapterId}?ticket=${'x'.repeat(43)}`, {});
    expect(await closeCode(invented)).toBe(CLOSE_CODES.unauthenticated.code);
    await chair.call('DELETE', path);
    const removed = open(`/collab/${chapterId}?ticket=${ticket}`, {});
    expect(await closeCode(removed)).toBe(CLOSE_CODES.unknownChapter.code);
  });

  it('[W5] what one may not know of is closed like the unknown', async () => {
    const { chapterId, path } = await sharedChapter();
    await chair.call('DELETE', path);
    const hidden = open(`/collab/${chapterId}`, bearer(member));
    const unknown = open('/collab/unknown', bearer(member));
    const codes = await Promise.all([closeCode(hidden), closeCode(unknown)]);
    expect(codes).toEqual([CLOSE_CODES.unknownChapter.code, CLOSE_CODES.unknownChapter.code]);
  });

  it('[R6] freezing takes effect at once on who is typing, and thawing lets them go on', async () => {
    const { chapterId } = await sharedChapter();
    const doc = new Doc();
    const stock = stockProvider({
      url: `${url.replace('http', 'ws')}/collab`,
      chapterId,
      doc,
      token: member.token,
    });
    onTestFinished(() => stock.destroy());
    doc.getText('body').insert(0, 'before. ');
    await eventually(async () => expect(await rowsOf(chapterId)).toHaveLength(1));
    await chair.call('PATCH', `/chapters/${chapterId}`, { frozen: true });
    doc.getText('body').insert(0, 'refused. ');
    // A stock client cannot be told why, so its socket is closed; it never counts as saved.
    await eventually(() => expect(stock.provider.wsconnected).toBe(false));
    expect((await rowsOf(chapterId)).map((row) => row.kind)).toEqual(['update', 'rights']);
    const reader = open(`/collab/${chapterId}`, bearer(member));
    await once(reader, 'message');
    expect(reader.readyState).toBe(WebSocket.OPEN);

    await chair.call('PATCH', `/chapters/${chapterId}`, { frozen: false });
    const later = writer(chapterId);
    later.getText('body').insert(0, 'after. ');
    await eventually(async () => expect(await rowsOf(chapterId)).toHaveLength(4));
  });

  it('[R6] who is removed from an activity loses open chapters at once', async () => {
    const { chapterId, path } = await sharedChapter();
    const socket = open(`/collab/${chapterId}`, bearer(member));
    await once(socket, 'message');
    const closed = closeCode(socket);
    await chair.call('DELETE', path);
    expect([CLOSE_CODES.forbidden.code, CLOSE_CODES.unknownChapter.code]).toContain(await closed);
  });

  it('[S9] signing out everywhere closes the sockets of every session', async () => {
    const { chapterId } = await sharedChapter();
    const first = await signedInWithPassword();
    const second = await signedInWithPassword();
    const sockets = [first, second].map(({ cookie }) =>
      open(`/collab/${chapterId}`, { cookie, origin: url }),
    );
    const byToken = open(`/collab/${chapterId}`, bearer(member));
    await Promise.all([...sockets, byToken].map((socket) => once(socket, 'message')));
    const closed = Promise.all(sockets.map(closeCode));
    await fetch(`${url}/api/v1/sessions`, { method: 'DELETE', headers: { cookie: first.cookie } });
    const { code } = CLOSE_CODES.unauthenticated;
    expect(await closed).toEqual([code, code]);
    expect(byToken.readyState).toBe(WebSocket.OPEN);
  });

  it('[S10] what is written through an operator’s token is marked in the log', async () => {
    const { chapterId } = await sharedChapter();
    writer(chapterId).getText('body').insert(0, 'x');
    await eventually(async () =>
      expect(await rowsOf(chapterId)).toMatchObject([{ kind: 'update', via: 'operator' }]),
    );
  });

  it('the OpenAPI description names every call, its answers, and none that is not due', async () => {
    const description = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    const calls = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, call]) => ({ name: `${method} ${path}`, call })),
    );
    expect(calls.length).toBeGreaterThan(30);
    for (const { name, call } of calls) {
      const statuses = Object.keys(call.responses);
      expect([name, statuses.some((status) => status.startsWith('2'))]).toEqual([name, true]);
      expect([name, statuses.some((status) => status.startsWith('4'))]).toEqual([name, true]);
    }
    const names = calls.map(({ name }) => name);
    expect(names).toContain('get /api/v1/documents/{id}/export');
    expect(names.some((name) => name.includes('import'))).toBe(false);
  });
});
