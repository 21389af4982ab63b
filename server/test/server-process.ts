import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { readPid } from '../src/data-folder.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const ADMIN = fileURLToPath(new URL('../src/admin/main.ts', import.meta.url));

/** Variables that a machine running the tests may have and that would change what is tested. */
const CLEARED = [
  'PORT',
  'HOST',
  'DATA_DIR',
  'DATABASE_URL',
  'REDIS_URL',
  'PUBLIC_URL',
  'SMTP_URL',
  'TRUST_PROXY',
  'LIMITS',
];

/** How a process ended, and what it printed. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of a process of ours. */
export interface ProcessOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Account to run under; root only. */
  readonly uid?: number;
  /** Program and arguments put before Node, such as `strace -f`. */
  readonly wrapper?: readonly string[];
  /** Registers what ends the process: with the test, unless `afterAll` is given. */
  readonly cleanUp?: CleanUp;
}

/** Remembers something to be done at the end of a test or of a file. */
export type CleanUp = (work: () => void | Promise<void>) => void;

/** For servers that a whole file shares: call `run` in its `afterAll`. */
export function sharedCleanUp(): { readonly add: CleanUp; run(): Promise<void> } {
  const works: (() => void | Promise<void>)[] = [];
  return {
    add: (work) => void works.push(work),
    async run() {
      for (const work of works.toReversed()) await work();
    },
  };
}

/** A server that listens, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** `ws://…/collab`, as a stock provider takes it. */
  readonly collabUrl: string;
  /** Of the server itself, whatever it is wrapped in. */
  readonly pid: number;
  /** The one-time set-up link, when one was printed. */
  readonly setUpLink: string | null;
  readonly output: () => string;
  /** What it logged so far. */
  readonly errors: () => string;
  readonly ended: Promise<Ending>;
  /** Sends a signal and resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

/** A folder under the system's temporary one, removed when the test is over. */
export function temporaryFolder(cleanUp: CleanUp = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'plenary-server-'));
  cleanUp(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs the server until it ends by itself: for starts that fail. */
export function runServer(options: ProcessOptions): Promise<Ending> {
  return collect(spawnNode([MAIN], options));
}

/** Runs an admin command to its end. */
export function runAdmin(args: readonly string[], options: ProcessOptions): Promise<Ending> {
  return collect(spawnNode([ADMIN, ...args], options));
}

/**
 * Starts a server on a free port and resolves when it listens. It is killed when the test is over.
 * Throws with what it printed when it ends before.
 */
export async function startServerProcess(options: ProcessOptions): Promise<ServerProcess> {
  const child = spawnNode([MAIN], options);
  const ended = collect(child);
  let output = '';
  let errors = '';
  let pid = child.pid!;
  child.stdout!.on('data', (text: string) => (output += text));
  child.stderr!.on('data', (text: string) => (errors += text));
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, name);
  };
  (options.cleanUp ?? onTestFinished)(async () => {
    signal('SIGKILL');
    await ended;
  });
  const listening = new Promise<string>((resolve) => {
    child.stdout!.on('data', () => {
      // The set-up link follows the address; a whole line has to be there.
      const address = /^Plenary is at (\S+)\n/m.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  const first = await Promise.race([listening, ended]);
  if (typeof first !== 'string') throw new Error(`the server did not start:\n${first.stderr}`);
  pid = readPid(options.dataDir) ?? pid;
  return {
    url: first,
    collabUrl: `${first.replace('http', 'ws')}/collab`,
    pid,
    get setUpLink() {
      return /^(\S+\/link#\S+)$/m.exec(output)?.[1] ?? null;
    },
    output: () => output,
    errors: () => errors,
    ended,
    stop(name = 'SIGTERM') {
      signal(name);
      return ended;
    },
  };
}

function spawnNode(args: readonly string[], options: ProcessOptions): ChildProcess {
  const { PATH, HOME, TMPDIR, ...rest } = process.env;
  const inherited = Object.fromEntries(
    Object.entries({ ...rest, PATH, HOME, TMPDIR }).filter(([name]) => !CLEARED.includes(name)),
  );
  const command = [...(options.wrapper ?? []), process.execPath, ...args];
  const child = spawn(command[0]!, command.slice(1), {
    env: {
      ...inherited,
      PORT: '0',
      DATA_DIR: options.dataDir,
      LOG_LEVEL: 'warn',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return child;
}

async function collect(child: ChildProcess): Promise<Ending> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (text: string) => (stdout += text));
  child.stderr!.on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
