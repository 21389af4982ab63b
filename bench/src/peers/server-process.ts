import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@plenary/testing';
import { openInspector, type Memory } from './inspector.ts';

/** A server in a process of its own, with what can be read of it from outside. */
export type ServerProcess = {
  readonly port: number;
  /** Processor time used so far by all its threads, in seconds, to a hundredth. */
  cpuSeconds(): number;
  /** Memory of the whole process that is in RAM, in bytes. */
  residentBytes(): number;
  /** What it has printed that matches, as soon as there is as much of it as asked for. */
  printed(pattern: RegExp, count: number): Promise<readonly string[]>;
  /** Memory of its main thread after a full garbage collection, and of the process then. */
  memory(): Promise<Memory>;
  /** Asks it to end, and ends it after five seconds. Safe to call twice. */
  stop(): Promise<void>;
};

/** How to start one. It must listen on 127.0.0.1 at the port it is given. */
export type ServerCommand = {
  readonly arguments: readonly string[];
  readonly environment: (port: number) => Readonly<Record<string, string>>;
  readonly readyPath: string;
  /** Whether `memory` will be asked for. */
  readonly inspect: boolean;
};

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 50;
const MAX_OUTPUT = 20_000;
const CLOCK_TICKS_PER_SECOND = 100;
const KILOBYTE = 1_024;

/** Starts a server and waits until it answers HTTP. Rejects with what it printed when it does not. */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [...(command.inspect ? ['--inspect=127.0.0.1:0'] : []), ...command.arguments],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: 'production',
        ...command.environment(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = { printed: '', errors: '' };
  child.stdout.on('data', (data: Buffer) => {
    output.printed = (output.printed + data.toString()).slice(0, MAX_OUTPUT);
  });
  child.stderr.on('data', (data: Buffer) => {
    output.errors = (output.errors + data.toString()).slice(0, MAX_OUTPUT);
  });
  // A benchmark that breaks off must not leave its servers running.
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasEnded = true;
      process.off('exit', endWithUs);
      resolve();
    });
  });
  const pid = child.pid!;
  const stop = async (): Promise<void> => {
    if (hasEnded) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await answers(`http://127.0.0.1:${port}${command.readyPath}`))) {
    if (hasEnded || performance.now() > deadline) {
      await stop();
      throw new Error(`a server did not start:\n${output.errors}`);
    }
    await wait(POLL_MS);
  }
  return {
    port,
    cpuSeconds: () => cpuSecondsOf(pid),
    residentBytes: () => residentBytesOf(pid),
    printed: async (pattern, count) => {
      for (;;) {
        const found = output.printed.match(pattern) ?? [];
        if (found.length >= count) return found;
        if (hasEnded || performance.now() > deadline)
          throw new Error('a server printed too little');
        await wait(POLL_MS);
      }
    },
    memory: async () => {
      const url = /ws:\/\/127\.0\.0\.1:\d+\/\S+/.exec(output.errors)?.[0];
      if (url === undefined) throw new Error('the server did not say where its inspector is');
      const inspector = await openInspector(url);
      try {
        return await inspector.memoryAfterCollection(() => residentBytesOf(pid));
      } finally {
        inspector.close();
      }
    },
    stop,
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

/** Processor time that a process has used so far with all its threads, in seconds. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // the name of the process may hold spaces and brackets: fields are counted after its last bracket
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

function residentBytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * KILOBYTE;
}
