import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Target } from '../clients/client.ts';
import { startServerProcess } from './server-process.ts';

const SERVER = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
const COOKIE = 'plenary_session';

/** A person of the sample, signed in. */
export type SignedIn = {
  readonly origin: string;
  readonly cookie: { readonly name: string; readonly value: string; readonly url: string };
};

/** Plenary with its sample, and what a benchmark in a browser needs of it. */
export type SampleServer = {
  readonly version: string;
  readonly people: readonly SignedIn[];
  /** The sample's report: where it is, and its words paragraph by paragraph. */
  sampleDocument(): Promise<{ readonly id: string; readonly paragraphs: readonly string[] }>;
  /** Makes a document with one empty chapter that the first two people may write in. */
  createChapter(
    title: string,
  ): Promise<{ readonly documentId: string; readonly chapterId: string }>;
  target(chapterId: string): Target;
  stop(): Promise<void>;
};

type Exported = {
  readonly chapters: readonly {
    readonly title: string;
    readonly blocks: readonly ExportedBlock[];
  }[];
};
type ExportedBlock = {
  readonly inlines: readonly { readonly text?: string; readonly tex?: string }[];
  readonly grid?: {
    readonly cells: readonly (readonly { readonly blocks: readonly ExportedBlock[] }[])[];
  };
};

/** Starts Plenary with `--sample` in a folder of its own and signs its first two people in. */
export async function startSample(): Promise<SampleServer> {
  const folder = await mkdtemp(join(tmpdir(), 'plenary-bench-'));
  const server = await startServerProcess({
    arguments: [SERVER, '--sample'],
    environment: (port) => ({
      DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: String(port),
      LIMITS: 'off',
      LOG_LEVEL: 'error',
    }),
    readyPath: '/readyz',
    inspect: false,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const links = await server.printed(/http:\/\/\w+\.localhost:\d+\/link#\S+/g, 2);
    const people: SignedIn[] = [];
    for (const link of links.slice(0, 2)) people.push(await redeem(server.port, new URL(link)));
    const call = callerOf(server.port, people[0]!.cookie.value);
    const [activity] = await listOf(call, 'activities');
    return {
      version: '0.1.0',
      people,
      sampleDocument: async () => {
        const { documents } = (await call(`activities/${activity!.id}`)) as {
          readonly documents: readonly { readonly id: string }[];
        };
        const { id } = documents[0]!;
        const exported = (await call(`documents/${id}/export?format=json`)) as Exported;
        const paragraphs = exported.chapters.flatMap(({ blocks }) => blocks.flatMap(wordsOf));
        return { id, paragraphs };
      },
      createChapter: async (title) => {
        const created = (await call(`activities/${activity!.id}/documents`, { title })) as {
          readonly id: string;
          readonly chapters: readonly { readonly id: string }[];
        };
        return { documentId: created.id, chapterId: created.chapters[0]!.id };
      },
      target: (chapterId) => ({
        port: server.port,
        path: `/collab/${chapterId}`,
        headers: {
          Cookie: `${COOKIE}=${people[0]!.cookie.value}`,
          Origin: `http://127.0.0.1:${server.port}`,
        },
        dialect: 'y-websocket',
        room: chapterId,
      }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Call = (path: string, body?: object) => Promise<unknown>;

function callerOf(port: number, secret: string): Call {
  return async (path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Cookie: `${COOKIE}=${secret}`,
        Origin: `http://127.0.0.1:${port}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
}

async function listOf(call: Call, path: string): Promise<readonly { readonly id: string }[]> {
  const answer = await call(path);
  if (Array.isArray(answer)) return answer as readonly { readonly id: string }[];
  const { items } = answer as { readonly items: readonly { readonly id: string }[] };
  return items;
}

async function redeem(port: number, link: URL): Promise<SignedIn> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/links/redeem`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: link.hash.slice(1) }),
  });
  if (!response.ok) throw new Error(`a sign-in link failed: ${await response.text()}`);
  const value = new RegExp(`${COOKIE}=([^;]+)`).exec(response.headers.get('set-cookie') ?? '')?.[1];
  if (value === undefined) throw new Error('a sign-in link gave no session');
  return { origin: link.origin, cookie: { name: COOKIE, value, url: link.origin } };
}

function wordsOf(block: ExportedBlock): readonly string[] {
  const own = block.inlines.map((inline) => inline.text ?? inline.tex ?? '').join('');
  const cells = block.grid?.cells.flat().flatMap((cell) => cell.blocks.flatMap(wordsOf)) ?? [];
  return [own, ...cells];
}
