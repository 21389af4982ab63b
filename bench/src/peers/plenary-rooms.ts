import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Target } from '../clients/client.ts';

const run = promisify(execFile);
const ADMIN = fileURLToPath(new URL('../../../server/src/admin/main.ts', import.meta.url));
/** Below what a document may hold. */
const CHAPTERS_EACH = 400;
const EMAIL = 'bench@bench.invalid';

/** A room of Plenary: where it is at a server that listens at `port`. */
export type RoomAt = (port: number) => Target;

/**
 * Makes a person by the operator's commands and hands out rooms by name, each a chapter that is made
 * when it is asked for the first time through the server at `port()`.
 */
export async function openPlenaryRooms(
  environment: Readonly<Record<string, string>>,
  port: () => number,
): Promise<(name: string) => Promise<RoomAt>> {
  await runAdmin(environment, ['user', 'create', '--email', EMAIL, '--name', 'Bench']);
  const token = lastLine(await runAdmin(environment, ['token', 'create', '--email', EMAIL]));
  const api = apiOf(port, token);
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
  return async (name) => {
    const id = chapters.get(name) ?? (await newChapter(name));
    chapters.set(name, id);
    return (port) => ({
      port,
      path: `/collab/${id}`,
      headers: { Authorization: `Bearer ${token}` },
      dialect: 'y-websocket',
      room: id,
    });
  };
}

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
