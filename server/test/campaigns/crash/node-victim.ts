import { setTimeout as wait } from 'node:timers/promises';
import {
  startServerProcess,
  type CleanUp,
  type ProcessOptions,
  type ServerProcess,
} from '../../server-process.ts';
import type { Victim } from './stand.ts';

/** How long a node may take until it can do its work, after what it needs has come back. */
const READY_LIMIT_MS = 120_000;
const READY_LOOK_MS = 50;

/** A server process that is killed and started again on what it stored. */
export class NodeVictim implements Victim {
  readonly name: string;
  readonly isNode = true;
  readonly #options: ProcessOptions;
  #server: ServerProcess | null = null;
  #kill: () => void | Promise<void> = () => undefined;

  constructor(name: string, options: Omit<ProcessOptions, 'cleanUp'>) {
    this.name = name;
    this.#options = { ...options, cleanUp: this.#remember };
  }

  /** The running server; null while it is dead. */
  get server(): ServerProcess | null {
    return this.#server;
  }

  async start(): Promise<void> {
    this.#server ??= await startServerProcess(this.#options);
    const deadline = Date.now() + READY_LIMIT_MS;
    while (!(await isReady(this.#server))) {
      if (Date.now() > deadline) {
        throw new Error(`${this.name} did not get ready:\n${this.#server.errors()}`);
      }
      await wait(READY_LOOK_MS);
    }
  }

  async kill(): Promise<void> {
    this.#server = null;
    await this.#kill();
  }

  /** Stops it as an operator does: it drains its sockets first. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.stop();
  }

  async killWhileStarting(ms: number): Promise<void> {
    const starting = startServerProcess(this.#options).catch(() => null);
    await wait(ms);
    await this.kill();
    await starting;
  }

  readonly #remember: CleanUp = (kill) => {
    this.#kill = kill;
  };
}

async function isReady({ url }: ServerProcess): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false; // it has ended, or is too busy: the deadline decides
  }
}
