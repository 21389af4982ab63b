import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Holds the pid of the server that serves the folder. */
export const PID_FILE = 'server.pid';

/** Locked by the operating system for as long as its holder lives, SIGKILL and power loss included. */
const LOCK_FILE = 'server.lock';

/** A data folder that this process alone may change. */
export interface DataFolder {
  readonly path: string;
  /** Gives the folder back. Safe to call twice. */
  release(): void;
}

/** Longest wait for an admin command that has the folder for a moment. */
const COMMAND_TIMEOUT_MS = 10_000;

/** The folder cannot be used; the message is one line for the operator. */
export class DataFolderError extends Error {
  readonly reason: 'in-use' | 'not-writable';

  constructor(reason: DataFolderError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * Creates the folder where it is missing and takes it for this process; writes the pid when
 * `writesPid`. Throws a `DataFolderError` when it cannot be written, and when another process has
 * it: at once for a server, whose pid is named; an admin command is waited for.
 */
export function takeDataFolder(path: string, options: { readonly writesPid: boolean }): DataFolder {
  const pidFile = join(path, PID_FILE);
  createFolder(path);
  const lock = lockFolder(path);
  if (options.writesPid) {
    try {
      writeFileSync(pidFile, `${process.pid}\n`);
    } catch (error) {
      lock.close();
      throw notWritable(path, error);
    }
  }
  let isReleased = false;
  return {
    path,
    release() {
      if (isReleased) return;
      isReleased = true;
      if (options.writesPid) rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

/** Whether a name in a data folder belongs to its lock: neither content nor ever copied. */
export function isLockFile(name: string): boolean {
  return name === PID_FILE || name.startsWith(LOCK_FILE);
}

/** Pid of the server in the folder, as it wrote it; null when there is none to read. */
export function readPid(path: string): number | null {
  try {
    const pid = Number(readFileSync(join(path, PID_FILE), 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // no such file: whoever has the lock is not a server
  }
}

function createFolder(path: string): void {
  try {
    // What is in it is for the server's account alone.
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw notWritable(path, error);
  }
}

/**
 * Node has no file locks; SQLite has, and lets go of them when the process dies, so that no stale
 * pid is ever mistaken for a living server. The file stays empty.
 */
function lockFolder(path: string): Database.Database {
  return tryLock(path, 0) ?? lockAfterCommand(path);
}

function lockAfterCommand(path: string): Database.Database {
  const server = readPid(path);
  const holder = server !== null && isAlive(server) ? `the server with pid ${server}` : null;
  const lock = holder === null ? tryLock(path, COMMAND_TIMEOUT_MS) : null;
  if (lock !== null) return lock;
  const name = holder ?? 'another process';
  throw new DataFolderError('in-use', `the data folder ${path} is in use by ${name}`);
}

/** Null when another process has the lock and keeps it for `waitMs`. */
function tryLock(path: string, waitMs: number): Database.Database | null {
  let lock: Database.Database | null = null;
  try {
    lock = new Database(join(path, LOCK_FILE), { timeout: waitMs });
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw notWritable(path, error);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function notWritable(path: string, cause: unknown): DataFolderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `the data folder ${path} cannot be written (${reason})`;
  return new DataFolderError('not-writable', message, { cause });
}
