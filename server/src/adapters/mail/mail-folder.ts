import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailFolder } from '../../domain/ports.ts';

/** Keeps each mail's text in a file of its own that only this user of the machine can read. */
export function createMailFolder(dataDir: string): MailFolder {
  const folder = join(dataDir, 'mail');
  const fileOf = (id: string): string => {
    if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new TypeError('not the id of a mail');
    return join(folder, `${id}.txt`);
  };
  return {
    async write(id, text) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(fileOf(id), 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async read(id) {
      try {
        return await readFile(fileOf(id), 'utf8');
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async remove(id) {
      await rm(fileOf(id), { force: true });
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
