import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PID_FILE, readPid, takeDataFolder } from './data-folder.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'plenary-folder-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const HOLDER = `
  const { takeDataFolder } = await import(process.argv[1]);
  takeDataFolder(process.argv[2], { writesPid: true });
  process.stdout.write('taken');
  setInterval(() => undefined, 1000);
`;

/** Another process that has taken the folder. */
async function startHolder() {
  const module = new URL('./data-folder.ts', import.meta.url).href;
  const args = ['--input-type=module', '-e', HOLDER, module, path];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('a data folder', () => {
  it('is created with the pid in it, which goes when it is released', () => {
    const folder = takeDataFolder(join(path, 'new', 'data'), { writesPid: true });
    expect(readPid(folder.path)).toBe(process.pid);
    folder.release();
    folder.release();
    expect(readPid(folder.path)).toBeNull();
  });

  it('is refused to a second process, which names the first', async () => {
    const child = await startHolder();
    expect(() => takeDataFolder(path, { writesPid: true })).toThrow(
      new RegExp(`in use by the server with pid ${child.pid}$`),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('is free after SIGKILL, whatever the pid file says', async () => {
    const child = await startHolder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readPid(path)).toBe(child.pid);
    const folder = takeDataFolder(path, { writesPid: true });
    expect(readPid(path)).toBe(process.pid);
    folder.release();
  });

  it('is not mistaken for taken because another process has the number in its pid file', () => {
    writeFileSync(join(path, PID_FILE), '1\n');
    takeDataFolder(path, { writesPid: true }).release();
  });

  it('that cannot be made is told in one line', () => {
    const file = join(path, 'file');
    writeFileSync(file, '');
    expect(() => takeDataFolder(join(file, 'data'), { writesPid: true })).toThrow(
      /^the data folder \S+ cannot be written \(.+\)$/,
    );
  });
});
