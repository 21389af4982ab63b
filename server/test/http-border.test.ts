import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type ApiClient } from './operator-client.ts';
import {
  sharedCleanUp,
  startServerProcess,
  temporaryFolder,
  type ServerProcess,
} from './server-process.ts';

const shared = sharedCleanUp();
afterAll(() => shared.run());

describe('what cannot be read', { timeout: 120_000 }, () => {
  let server: ServerProcess;
  let ana: ApiClient;

  beforeAll(async () => {
    const options = { dataDir: temporaryFolder(shared.add), cleanUp: shared.add };
    server = await startServerProcess(options);
    ana = await createClient(server, options, 'Ana');
  }, 120_000);

  async function problemOf(path: string, body?: string): Promise<unknown[]> {
    const answer = await fetch(`${server.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${ana.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    const { code } = (await answer.json()) as { code?: string };
    return [answer.status, answer.headers.get('content-type')?.split(';')[0], code];
  }

  it('[A10] an address that is not percent-encoded UTF-8 is malformed', async () => {
    const expected = [400, 'application/problem+json', 'malformed'];
    expect(await problemOf('/api/v1/documents/%E0%A4%A')).toEqual(expected);
    expect(await problemOf('/%ff')).toEqual(expected);
  });

  it('[A10] a body far larger than any call needs is not looked at, however it is nested', async () => {
    const nested = (depth: number) => `{"title":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const problem = 'application/problem+json';
    expect(await problemOf('/api/v1/activities', nested(10_000))).toEqual([
      422,
      problem,
      'invalid_input',
    ]);
    expect(await problemOf('/api/v1/activities', nested(100_000))).toEqual([
      413,
      problem,
      'too_large',
    ]);
  });
});
