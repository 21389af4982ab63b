import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { PATIENCE } from './stock-client.ts';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createChapter, createClient } from './operator-client.ts';
import { runServer, startServerProcess, temporaryFolder } from './server-process.ts';

/** An account without rights, for what root may do anyway. */
const NOBODY = 65_534;

const pidIn = (dataDir: string) => readFileSync(join(dataDir, 'server.pid'), 'utf8').trim();

describe('starting', { timeout: 120_000 }, () => {
  it('prints where it is and, until somebody used it, the set-up link', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const server = await startServerProcess({ dataDir });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect.poll(() => server.setUpLink, PATIENCE).toMatch(`${server.url}/link#`);
    expect(pidIn(dataDir)).toBe(String(server.pid));
  });

  it('answers health and readiness', async () => {
    const server = await startServerProcess({ dataDir: temporaryFolder() });
    const healthy = await fetch(`${server.url}/healthz`);
    const ready = await fetch(`${server.url}/readyz`);
    expect([healthy.status, ready.status]).toEqual([200, 200]);
    expect(await ready.json()).toMatchObject({ status: 'ok', checks: { database: 'ok' } });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^plenary_relay_rooms 0$/m);
  });

  it('stops as told by a signal that comes while it starts', async () => {
    const server = await startServerProcess({ dataDir: temporaryFolder() });
    expect((await server.stop('SIGTERM')).code).toBe(0);
  });

  it('starts again on its folder after SIGTERM and after SIGKILL', async () => {
    const dataDir = temporaryFolder();
    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGINT'] as const) {
      const server = await startServerProcess({ dataDir });
      const { code } = await server.stop(signal);
      expect(code).toBe(signal === 'SIGKILL' ? null : 0);
    }
  });

  it('refuses a folder that another server has, and names its pid', async () => {
    const dataDir = temporaryFolder();
    const server = await startServerProcess({ dataDir });
    const second = await runServer({ dataDir });
    expect(second.code).toBe(1);
    expect(second.stderr).toBe(
      `Plenary cannot start: the data folder ${dataDir} is in use by the server with pid ${server.pid}\n`,
    );
    expect(pidIn(dataDir)).toBe(String(server.pid));
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it.each([
    ['PORT', '99999'],
    ['DATABASE_URL', 'mysql://localhost/plenary'],
    ['LIMITS', 'some'],
  ])('refuses %s=%s in one line that names it', async (name, value) => {
    const dataDir = join(temporaryFolder(), 'data');
    const { code, stderr } = await runServer({ dataDir, env: { [name]: value } });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Plenary cannot start: ${name}: [^\n]+\n$`));
    expect(existsSync(dataDir)).toBe(false);
  });

  it('refuses a port in use in one line, and leaves the folder free', async () => {
    const dataDir = temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runServer({ dataDir, env: { PORT: String(port) } });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Plenary cannot start: PORT: ${port} on 127.0.0.1 is in use by another program\n`,
    );
    expect(existsSync(join(dataDir, 'server.pid'))).toBe(false);
  });

  it('refuses a folder it cannot write in one line', async () => {
    const isRoot = process.getuid?.() === 0;
    const dataDir = join(temporaryFolder(), 'data');
    mkdirSync(dataDir, { mode: 0o555 });
    // Root may write everywhere, so it starts the server as somebody else, who may only look.
    const ending = await runServer({
      dataDir: isRoot ? '/proc/self' : dataDir,
      ...(isRoot ? { uid: NOBODY } : {}),
    });
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(
      /^Plenary cannot start: the data folder \S+ cannot be written \([^\n]+\)\n$/,
    );
  });
});

describe('stopping', { timeout: 120_000 }, () => {
  it('[R12] closes collab sockets as restarting, and ends with 0 and without a pid file', async () => {
    const options = { dataDir: temporaryFolder() };
    const server = await startServerProcess(options);
    const client = await createClient(server, options, 'Ana');
    const chapterId = await createChapter(client);
    const socket = new WebSocket(`${server.collabUrl}/${chapterId}`, {
      headers: { authorization: `Bearer ${client.token}` },
    });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    const ending = server.stop('SIGTERM');
    expect((await closed)[0]).toBe(1012);
    expect((await ending).code).toBe(0);
    expect(existsSync(join(options.dataDir, 'server.pid'))).toBe(false);
  });

  it('ends at once at the second signal', async () => {
    const options = { dataDir: temporaryFolder() };
    const server = await startServerProcess(options);
    const client = await createClient(server, options, 'Ana');
    const chapterId = await createChapter(client);
    const sockets = Array.from(
      { length: 20 },
      () =>
        new WebSocket(`${server.collabUrl}/${chapterId}`, {
          headers: { authorization: `Bearer ${client.token}` },
        }),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    // The sockets are closed one after the other: the first says that the stop is under way.
    const firstClosed = Promise.race(sockets.map((socket) => once(socket, 'close')));
    process.kill(server.pid, 'SIGTERM');
    await firstClosed;
    const { code, signal } = await server.stop('SIGTERM');
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });
});
