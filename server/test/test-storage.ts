import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import { openStorage, type Storage } from '../src/open-storage.ts';
import { TEMPLATE } from './test-postgres.ts';

/**
 * A store of the test's own, removed when it is closed: PostgreSQL in the `server-postgres` project,
 * else a data folder.
 */
export async function openTestStorage(): Promise<Storage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plenary-store-'));
  const databaseUrl =
    process.env['PLENARY_TEST_STORE'] === 'postgres' ? await copyTemplate() : null;
  const storage = await openStorage(
    { dataDir, databaseUrl },
    {
      logger: pino({ level: 'silent' }),
      onGone: (error) => {
        throw error;
      },
    },
  );
  return {
    ...storage,
    async close() {
      await storage.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A database of the test's own in the `server-postgres` project; null where it is a data folder. */
export async function testDatabaseUrl(): Promise<string | null> {
  return process.env['PLENARY_TEST_STORE'] === 'postgres' ? copyTemplate() : null;
}

/** An empty database with all tables, on the server of the whole run; it goes with the server. */
async function copyTemplate(): Promise<string> {
  const shared = inject('postgresUrl');
  const name = `world_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: shared });
  await client.connect();
  try {
    await client.query(`create database ${name} template ${TEMPLATE}`);
  } finally {
    await client.end();
  }
  const url = new URL(shared);
  url.pathname = `/${name}`;
  return url.href;
}
