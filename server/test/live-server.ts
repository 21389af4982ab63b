import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { build } from '../src/app.ts';
import { createTokenByOperator, createUserByOperator } from '../src/domain/operator.ts';
import { openServices, type Services } from '../src/services.ts';
import { clientOf, type ApiClient } from './operator-client.ts';

/** Somebody who calls the API of a live server. */
export interface LivePerson extends ApiClient {
  readonly email: string;
}

/** A server that listens in this process, over a data folder of its own. */
export interface LiveServer {
  readonly url: string;
  readonly services: Services;
  /** Makes a person with a token. */
  person(name: string): Promise<LivePerson>;
  /** A chapter of an activity that both are in; `path` is that of the member's place. */
  sharedChapter(
    chair: LivePerson,
    member: LivePerson,
  ): Promise<{ readonly chapterId: string; readonly path: string }>;
  close(): Promise<void>;
}

/** Starts a server with the embedded store and every limit in force. */
export async function openLiveServer(): Promise<LiveServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plenary-live-'));
  const logger = pino({ level: 'silent' });
  const common = { publicUrl: null, redisUrl: null, hasLimits: true } as const;
  const services = await openServices(
    { ...common, dataDir, databaseUrl: null, port: 0, smtpUrl: null },
    {
      logger,
      onFatal: (error) => {
        throw error;
      },
    },
  );
  const config = { ...common, trustProxy: false };
  const app = await build({ config, services, logger, webRoot: null });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  services.setAddress(url);
  return {
    url,
    services,
    async person(name) {
      const email = `${name.toLowerCase()}@example.org`;
      await createUserByOperator(services.workspace, { email, name, isAdministrator: false });
      const issued = await createTokenByOperator(services.workspace, { email });
      if (!issued.ok) throw new Error(issued.code);
      return { email, ...clientOf(url, issued.value.token) };
    },
    async sharedChapter(chair, member) {
      const { id } = await chair.call<{ id: string }>('POST', '/activities', { title: 'A' });
      const path = `/activities/${id}/members/${member.email}`;
      await chair.call('PUT', path, { role: 'member' });
      const { chapters } = await chair.call<{ chapters: { id: string }[] }>(
        'POST',
        `/activities/${id}/documents`,
        { title: 'D' },
      );
      return { chapterId: chapters[0]?.id ?? '', path };
    },
    async close() {
      await app.close();
      await services.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
