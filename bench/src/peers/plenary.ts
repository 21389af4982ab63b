import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Peer } from './peer.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

const run = promisify(execFile);
const SERVER = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
const ADMIN = fileURLToPath(new URL('../../../server/src/admin/main.ts', import.meta.url));
/** Below what a document may hold. */
const CHAPTERS_EACH = 400;
const EMAIL = 'bench@bench.invalid';

/** Plenary as it is started in earnest: SQLite with full synchronisation, rights, sign-in. */
export const plenary: Peer = {
  name: 'plenary',
  version: '0.1.0',
  storage: 'SQLite, synchronous=FULL, before broadcast',
  start: async ({ inspect }) => {
    const folder = await mkdtemp(join(tmpdir(), 'plenary-bench-'));
    const environment = { DATA_DIR: folder, HOST: '127.0.0.1', LIMITS: 'off', LOG_LEVEL: 'error' };
    const start = (): Promise<ServerProcess> =>
      startServerProcess({
        arguments: [SERVER],
        environment: (port) => ({ ...environment, PORT: String(port) }),
        readyPath: '/readyz',
        inspect,
      });
    let current: ServerProcess | null = null;
    const stop = async (): Promise<void> => {
      await current?.stop();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      current = await start();
      const admin = (...args: readonly string[]): Promise<string> => runAdmin(environment, args);
      await admin('user', 'create', '--email', EMAIL, '--name', 'Bench');
      const token = lastLine(await admin('token', 'create', '--email', EMAIL));
      const api = apiOf(() => current!.port, token);
      const { id: activity } = await api(`activities`, { title: 'Benchmark' });
      const documents: string[] = [];
      const chapters = new Map<string, string>();
      const newChapter = async (title: string): Promise<string> => {
        if (chapters.size >= documents.length * CHAPTERS_EACH) {
          const path = `activities/${activity}/documents`;
          documents.push((await api(path, { title, template: 'blank' })).id);
        }
        return (await api(`documents/${documents.at(-1)}/chapters`, { title })).id;
      };
      return {
        process: current,
        room: async (name) => {
          const id = chapters.get(name) ?? (await newChapter(name));
          chapters.set(name, id);
          return {
            port: current!.port,
            path: `/collab/${id}`,
            headers: { Authorization: `Bearer ${token}` },
            dialect: 'y-websocket',
            room: id,
          };
        },
        restart: async () => {
          await current!.stop();
          current = await start();
          return current;
        },
        stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

type Api = (path: string, body: object) => Promise<{ readonly id: string }>;

function apiOf(port: () => number, token: string): Api {
  return async (path, body) => {
    const response = await fetch(`http://127.0.0.1:${port()}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { readonly id: string };
  };
}

async function runAdmin(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const { stdout } = await run(process.execPath, [ADMIN, ...args], { env });
  return stdout;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)!;
}
