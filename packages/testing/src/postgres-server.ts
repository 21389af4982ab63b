import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { findPostgres, postgresAccount } from './postgres-programs.ts';

/** Longest wait for a server to answer, recovery after a crash included. */
const START_LIMIT_MS = 60_000;
const START_POLL_MS = 25;

/**
 * Runs the server, again whenever a line comes, until its input ends: with the test process, however
 * that ended. Then nothing is left of either.
 */
const KEEPER = `
  while read -r _; do "$@" & server=$!; done
  kill -QUIT $server 2>/dev/null; wait; rm -rf "$FOLDER"`;

/** A PostgreSQL of the tests' own, on a free port of this machine. */
export interface PostgresServer {
  readonly port: number;
  /** Address of one of its databases. */
  url(database: string): string;
  /** Creates a database, empty or as a copy of another, and resolves to its address. */
  createDatabase(options?: { readonly template?: string }): Promise<string>;
  /** Runs statements as the superuser; resolves to the rows of the last one. */
  query(sql: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  /** Kills every process of it with SIGKILL; what was not committed is gone. */
  crash(): Promise<void>;
  /** Stops it as an operator would who does not wait for clients. */
  halt(): Promise<void>;
  /** Starts it again after `crash` or `halt`, on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Makes and starts a server with the superuser `postgres`, whom it lets in without a password, as it
 * does everybody but the role `guarded`. Commits reach the disk only with `isDurable`: a crash of the
 * server alone loses nothing either way. It ends by itself with the process that started it.
 */
export async function startPostgres(
  options: { readonly isDurable?: boolean; readonly settings?: Record<string, string> } = {},
): Promise<PostgresServer> {
  const programs = findPostgres();
  const account = postgresAccount();
  const folder = mkdtempSync(join(tmpdir(), 'plenary-postgres-'));
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
  const dataDir = join(folder, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', FOLDER: folder };
  const made = spawnSync(
    programs.initdb,
    ['-D', dataDir, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync', '--locale=C'],
    { ...account, env, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  guardOneRole(join(dataDir, 'pg_hba.conf'));

  const port = await freePort();
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: options.isDurable === true ? 'on' : 'off',
    shared_buffers: '32MB',
    log_min_messages: 'panic',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', programs.postgres, '-D', dataDir, ...flags], {
    ...account,
    env,
    cwd: folder,
    // Ctrl+C in a terminal is for the tests; the server ends with them.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return controlOf(keeper, { dataDir, port });
}

function controlOf(
  keeper: ChildProcess,
  { dataDir, port }: { readonly dataDir: string; readonly port: number },
): Promise<PostgresServer> {
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let databases = 0;
  const query: PostgresServer['query'] = async (sql, database = 'postgres') => {
    const client = new Client({ connectionString: url(database) });
    client.on('error', () => undefined); // the server may be stopped by what it is asked
    await client.connect();
    try {
      const results: unknown = await client.query(sql);
      const last: unknown = Array.isArray(results) ? results.at(-1) : results;
      return (last as { rows: Record<string, unknown>[] }).rows;
    } finally {
      await client.end();
    }
  };
  const server: PostgresServer = {
    port,
    url,
    query,
    async createDatabase({ template } = {}) {
      databases += 1;
      const name = `test_${databases}`;
      await query(
        `create database ${name}${template === undefined ? '' : ` template ${template}`}`,
      );
      return url(name);
    },
    async crash() {
      const pids = processesOf(dataDir);
      for (const pid of pids) kill(pid, 'SIGKILL');
      await whenGone(pids);
    },
    async halt() {
      const pids = processesOf(dataDir);
      kill(pids[0]!, 'SIGINT');
      await whenGone(pids);
    },
    async start() {
      keeper.stdin!.write('start\n');
      await answers(query);
    },
    async stop() {
      if (keeper.exitCode !== null || keeper.signalCode !== null) return;
      const ended = once(keeper, 'exit');
      keeper.stdin!.end();
      await ended;
    },
  };
  return server.start().then(() => server);
}

/** One role has to give a password, so that a wrong one can be tried. */
function guardOneRole(path: string): void {
  const rules = readFileSync(path, 'utf8');
  writeFileSync(path, `host all guarded 127.0.0.1/32 scram-sha-256\n${rules}`);
}

/** The server's process and those it started. */
function processesOf(dataDir: string): readonly number[] {
  const [first] = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  const pid = Number(first);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
  return [pid, ...children];
}

function parentOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
  } catch {
    return null; // it has ended meanwhile
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

async function whenGone(pids: readonly number[]): Promise<void> {
  const isThere = (pid: number): boolean => {
    const state = stateOf(pid);
    return state !== null && state !== 'Z';
  };
  while (pids.some(isThere)) await pause(START_POLL_MS);
}

function stateOf(pid: number): string | null {
  try {
    return /^State:\s*(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null;
  } catch {
    return null; // it has ended
  }
}

async function answers(query: PostgresServer['query']): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await query('select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error('PostgreSQL did not start', { cause: error });
      await pause(START_POLL_MS);
    }
  }
}
