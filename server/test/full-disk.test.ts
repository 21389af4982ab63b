import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChapter, createClient } from './operator-client.ts';
import {
  startServerProcess,
  temporaryFolder,
  type ProcessOptions,
  type ServerProcess,
} from './server-process.ts';
import { PATIENCE, openStockClient, expectText, whenSynced } from './stock-client.ts';

/** Room on the small disk, and the largest file where no disk can be mounted. */
const ROOM_MIB = 6;

/** What fills it; another name would be content of the data folder. */
const BALLAST = 'ballast';

/** A folder with little room, and how the room is used up and given back. */
interface SmallDisk {
  readonly options: ProcessOptions;
  fill(): void;
  /** Null where the bound cannot be lifted while the server runs. */
  readonly free: (() => void) | null;
}

/** A disk of a few MiB: a file system in memory for root, else a bound on the size of files. */
function smallDisk(): SmallDisk {
  const mount = temporaryFolder();
  const size = `size=${ROOM_MIB}m`;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'plenary-test', mount]);
  if (mounted.status !== 0) return boundedFiles(mount);
  onTestFinished(() => void spawnSync('umount', ['--lazy', mount]));
  const ballast = join(mount, BALLAST);
  const dataDir = join(mount, 'data');
  mkdirSync(dataDir);
  return {
    options: { dataDir },
    fill() {
      for (const size of [1_048_576, 4_096]) fillWith(ballast, size);
    },
    free: () => rmSync(ballast),
  };
}

/** Where nothing can be mounted: a shell that lets no file grow beyond the bound. */
function boundedFiles(folder: string): SmallDisk {
  const blocks = ROOM_MIB * 1_024;
  const script = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
  return {
    options: { dataDir: join(folder, 'data'), wrapper: ['bash', '-c', script, 'bash'] },
    fill: () => undefined,
    free: null,
  };
}

/** Appends to a file until the disk takes no more. */
function fillWith(path: string, size: number): void {
  for (;;) {
    try {
      writeFileSync(path, new Uint8Array(size), { flag: 'a' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}

/** The code and reason of each socket that the server closes. */
async function typeUntilRefused(server: ServerProcess, chapterId: string, token: string) {
  const writer = openStockClient(server, chapterId, { token });
  onTestFinished(() => writer.destroy());
  await whenSynced(writer);
  const { promise: refused, resolve } = Promise.withResolvers<number>();
  writer.provider.on('connection-close', (event) => {
    if (event !== null && event.code >= 4000) resolve(event.code);
  });
  const typing = setInterval(() => {
    // What does not compress and does not merge: the disk fills soon.
    writer.doc.getText('body').insert(0, randomBytes(24_000).toString('base64'));
  }, 20);
  onTestFinished(() => clearInterval(typing));
  const code = await refused;
  clearInterval(typing);
  return code;
}

describe('[R1] a full disk', { timeout: 180_000 }, () => {
  it('[R1] is told to who types, shown by nobody as stored, and over when there is room', async () => {
    const disk = smallDisk();
    const options = { ...disk.options, env: { LIMITS: 'off' } };
    const { dataDir } = options;
    const server = await startServerProcess(options);
    const ana = await createClient(server, options, 'Ana');
    const chapterId = await createChapter(ana);
    const early = openStockClient(server, chapterId, { token: ana.token });
    await whenSynced(early);
    early.doc.getText('body').insert(0, 'before it was full');
    await expectText(server, chapterId, ana).toBe('before it was full');
    early.destroy();

    disk.fill();
    expect(await typeUntilRefused(server, chapterId, ana.token)).toBe(4507);
    const reader = openStockClient(server, chapterId, { token: ana.token });
    await expect
      .poll(() => reader.doc.getText('body').toJSON(), PATIENCE)
      .toContain('before it was full');
    const shown = reader.doc.getText('body').toJSON();
    reader.destroy();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await expect(createChapter(ana)).rejects.toThrow(/507 .*"storage_full"/);

    // What a reader was shown is what the log holds: it is there after the power is cut.
    await server.stop('SIGKILL');
    const again = await startServerProcess(disk.free === null ? { dataDir } : options);
    await expectText(again, chapterId, ana).toBe(shown);

    disk.free?.();
    const writer = openStockClient(again, chapterId, { token: ana.token });
    onTestFinished(() => writer.destroy());
    await whenSynced(writer);
    writer.doc.getText('body').insert(0, 'room again: ');
    await expectText(again, chapterId, { ...ana, timeout: 90_000 }).toBe(`room again: ${shown}`);
  });
});
