import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderStore } from '../src/adapters/files/folder-store.ts';
import { createMailFolder } from '../src/adapters/mail/mail-folder.ts';
import { createPostgresDatabase } from '../src/adapters/postgres/create-postgres-database.ts';
import { createDatabaseFileStore } from '../src/adapters/postgres/database-file-store.ts';
import { createDatabaseMailFolder } from '../src/adapters/postgres/database-mail-folder.ts';
import type { FileStore, MailFolder } from '../src/domain/ports.ts';
import { startTestPostgres } from './test-postgres.ts';

/** Both kinds of store, wherever they lie. */
interface Stores {
  readonly files: FileStore;
  readonly mails: MailFolder;
  close(): Promise<void>;
}

async function inFolder(): Promise<Stores> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plenary-stores-'));
  return {
    files: createFolderStore(dataDir),
    mails: createMailFolder(dataDir),
    close: () => rm(dataDir, { recursive: true }),
  };
}

async function inDatabase(): Promise<Stores> {
  const server = await startTestPostgres();
  const { db, close } = createPostgresDatabase(await server.createStore());
  return {
    files: createDatabaseFileStore(db),
    mails: createDatabaseMailFolder(db),
    async close() {
      await close();
      await server.stop();
    },
  };
}

/** Sizes around the border of a piece (256 KiB), and several pieces. */
const SIZES = [0, 1, 262_143, 262_144, 262_145, 1_000_000];

describe.each([
  ['a data folder', inFolder],
  ['PostgreSQL', inDatabase],
])('files and mails in %s', (_place, open) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await open();
  });
  afterAll(() => stores.close());

  it.each(SIZES)('a file of %d bytes is read as it was put', async (size) => {
    const bytes = new Uint8Array(size).map((_, index) => (index * 31) % 256);
    await stores.files.put(`documents/${size}.png`, bytes);
    const read = await buffer(await stores.files.stream(`documents/${size}.png`));
    expect(Buffer.compare(read, bytes)).toBe(0);
  });

  it('a file is replaced whole, by a shorter one too', async () => {
    await stores.files.put('a/b.png', new Uint8Array(600_000).fill(1));
    await stores.files.put('a/b.png', new Uint8Array([2, 3]));
    expect([...(await buffer(await stores.files.stream('a/b.png')))]).toEqual([2, 3]);
  });

  it('a file that is not there is told, before or after it was removed', async () => {
    const read = async (key: string) => buffer(await stores.files.stream(key));
    await expect(read('no/such.png')).rejects.toThrow();
    await stores.files.put('gone.png', new Uint8Array([1]));
    await stores.files.remove('gone.png');
    await expect(read('gone.png')).rejects.toThrow();
  });

  it('a mail is kept, replaced and removed, and missing ones are null', async () => {
    await stores.mails.write('m1', 'Liebe Zoë,\n…');
    expect(await stores.mails.read('m1')).toBe('Liebe Zoë,\n…');
    await stores.mails.write('m1', 'again');
    expect(await stores.mails.read('m1')).toBe('again');
    await stores.mails.remove('m1');
    await stores.mails.remove('m1');
    expect(await stores.mails.read('m1')).toBeNull();
  });
});
