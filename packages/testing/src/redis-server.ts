import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** How long a Redis may take to answer after its start on a busy machine. */
const START_LIMIT_MS = 20_000;

/** How often it is asked meanwhile. */
const START_LOOK_MS = 20;

/**
 * Runs the program until standard input ends: it cannot outlive whoever holds the other end of that
 * pipe, however that one ends. Prints the program's process id first.
 */
const TETHER = '"$@" >&2 & pid=$!; echo $pid; cat >/dev/null; kill -9 $pid 2>/dev/null; wait $pid';

/** A Redis of its own for a test. */
export interface RedisServer {
  readonly port: number;
  /** `redis://127.0.0.1:…`, with the password if there is one. */
  readonly url: string;
  /** Ends it with SIGKILL; resolves when it is gone. What it kept in memory is lost. */
  kill(): Promise<void>;
  /** Starts it again at the same port after `kill`. */
  start(): Promise<void>;
  /** Stops it without closing a connection: it answers nobody any more. */
  freeze(): void;
  /** Undoes `freeze`. */
  thaw(): void;
  /** Forgets all keys. */
  flush(): Promise<void>;
  /** Sends one command as a line, such as `PUBSUB CHANNELS`, and resolves to the first reply. */
  command(line: string): Promise<string>;
  /** Ends it and removes its folder. Safe to call twice. */
  close(): Promise<void>;
}

/** What a test Redis is like. */
export interface RedisOptions {
  /** Keeps everything in an append-only file, written at every command; else nothing is kept. */
  readonly keeps?: boolean;
  readonly password?: string;
}

/**
 * Starts a Redis at a free port of this machine, with a folder of its own. It ends with the process
 * that called, at the latest. Throws when there is no `redis-server` here.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'plenary-redis-'));
  const port = await freePort();
  const { password } = options;
  const settings = {
    port: `${port}`,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: options.keeps === true ? 'yes' : 'no',
    appendfsync: 'always',
    ...(password === undefined ? {} : { requirepass: password }),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  let running: { readonly tether: ChildProcess; readonly pid: number } | null = null;

  const ask = (line: string): Promise<string> => askRedis(port, line, password);
  const start = async (): Promise<void> => {
    running ??= await launch(args);
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const answer = await ask('PING').catch((error: unknown) => String(error));
      if (answer === '+PONG') return;
      if (Date.now() > deadline) throw new Error(`Redis does not answer: ${answer}`);
      await wait(START_LOOK_MS);
    }
  };
  const kill = async (): Promise<void> => {
    if (running === null) return;
    const { tether } = running;
    running = null;
    const ended = once(tether, 'close');
    tether.stdin!.end();
    await ended;
  };
  const signal = (name: NodeJS.Signals): void => {
    if (running !== null) process.kill(running.pid, name);
  };
  await start();
  return {
    port,
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async flush() {
      await ask('FLUSHALL');
    },
    command: ask,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  args: readonly string[],
): Promise<{ readonly tether: ChildProcess; readonly pid: number }> {
  const tether = spawn('sh', ['-c', TETHER, 'redis', 'redis-server', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [printed] = (await once(tether.stdout, 'data')) as [Buffer];
  return { tether, pid: Number(printed.toString()) };
}

/** Resolves to the first reply as it came, without its end of line. */
async function askRedis(port: number, line: string, password?: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const lines = password === undefined ? [line] : [`AUTH ${password}`, line];
  try {
    socket.write(lines.map((each) => `${each}\r\n`).join(''));
    let answer = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      answer += chunk.toString();
      const replies = answer.split('\r\n');
      // The last part is what a further reply began with.
      if (replies.length > lines.length) return replies.slice(lines.length - 1, -1).join('\n');
    }
    throw new Error('Redis closed the connection');
  } finally {
    socket.destroy();
  }
}
