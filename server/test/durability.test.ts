import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChapter, createClient } from './operator-client.ts';
import { startServerProcess, temporaryFolder } from './server-process.ts';
import { PATIENCE, openStockClient, whenSynced } from './stock-client.ts';

/** Words that are in no other traffic. */
const WORD = 'quicksilver';

describe('[R1] durable before visible', { timeout: 120_000 }, () => {
  it('[R1] syncs the log before the first byte of an edit leaves, as the system calls show', async () => {
    const folder = temporaryFolder();
    const traceFile = join(folder, 'calls');
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    const options = { dataDir };
    const calls = 'trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';
    const wrapper = [
      'strace',
      '-f',
      '--seccomp-bpf',
      '-s',
      '8192',
      '-y',
      '-e',
      calls,
      '-o',
      traceFile,
    ];
    const server = await startServerProcess({ ...options, wrapper });
    const ana = await createClient(server, options, 'Ana');
    const chapterId = await createChapter(ana);
    const reader = openStockClient(server, chapterId, { token: ana.token });
    const writer = openStockClient(server, chapterId, { token: ana.token });
    onTestFinished(() => {
      reader.destroy();
      writer.destroy();
    });
    await Promise.all([whenSynced(reader), whenSynced(writer)]);
    writer.doc.getText('body').insert(0, WORD);
    await expect.poll(() => reader.doc.getText('body').toJSON(), PATIENCE).toBe(WORD);
    await server.stop();

    const lines = readFileSync(traceFile, 'utf8').split('\n');
    const isCall = (line: string, names: string) => new RegExp(`\\b(?:${names})\\(`).test(line);
    const written = lines.findIndex((line) => isCall(line, 'pwrite64') && line.includes(WORD));
    const synced = lines.findIndex(
      (line, index) => index > written && isCall(line, 'fdatasync|fsync') && /-wal>/.test(line),
    );
    const finished = endOf(lines, synced);
    const sent = lines.findIndex(
      (line) =>
        isCall(line, 'write|writev|sendto|sendmsg') &&
        /<(?:TCP|socket)/.test(line) &&
        line.includes(WORD),
    );
    expect(written).toBeGreaterThan(-1);
    expect(synced).toBeGreaterThan(written);
    expect(finished).toBeGreaterThanOrEqual(synced);
    expect(sent).toBeGreaterThan(finished);
  });

  it('[R1] keeps all that anybody has seen through SIGKILL, again and again', async () => {
    const options = { dataDir: temporaryFolder(), env: { LIMITS: 'off' } };
    let token = '';
    let chapterId = '';
    for (let round = 0; round < 4; round += 1) {
      const server = await startServerProcess(options);
      if (round === 0) {
        const ana = await createClient(server, options, 'Ana');
        token = ana.token;
        chapterId = await createChapter(ana);
      }
      const reader = openStockClient(server, chapterId, { token });
      const writers = [1, 2, 3].map(() => openStockClient(server, chapterId, { token }));
      await Promise.all([reader, ...writers].map(whenSynced));
      const before = reader.doc.getText('body').length;
      const typing = setInterval(() => {
        for (const { doc } of writers) doc.getText('body').insert(0, 'word ');
      }, 2);
      await expect
        .poll(() => reader.doc.getText('body').length, PATIENCE)
        .toBeGreaterThan(before + 500);
      // Everybody goes with the server: nobody is left to send again what was lost.
      await server.stop('SIGKILL');
      clearInterval(typing);
      const seen = reader.doc.getText('body').toJSON();
      for (const client of [reader, ...writers]) client.destroy();

      const again = await startServerProcess(options);
      const after = openStockClient(again, chapterId, { token });
      await expect
        .poll(() => after.doc.getText('body').length, PATIENCE)
        .toBeGreaterThanOrEqual(seen.length);
      const kept = after.doc.getText('body').toJSON();
      after.destroy();
      expect(kept.split('word ').join('')).toBe('');
      await again.stop('SIGKILL');
    }
  });
});

/** Index of the line on which the call begun on `start` returns: itself, or where it is resumed. */
function endOf(lines: readonly string[], start: number): number {
  const line = lines[start] ?? '';
  if (!line.includes('<unfinished')) return start;
  const thread = line.split(' ', 1)[0]!;
  return lines.findIndex(
    (other, index) =>
      index > start &&
      other.startsWith(`${thread} `) &&
      /<\.\.\. f(?:data)?sync resumed>/.test(other),
  );
}
