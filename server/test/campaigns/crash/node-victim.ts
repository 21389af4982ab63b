import {
  startServerProcess,
  type CleanUp,
  type ProcessOptions,
  type ServerProcess,
} from '../../server-process.ts';
import type { Victim } from './stand.ts';

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
  }

  async kill(): Promise<void> {
    this.#server = null;
    await this.#kill();
  }

  async startAndKillAfter(ms: number): Promise<void> {
    const starting = startServerProcess(this.#options).catch(() => null);
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
    await this.kill();
    await starting;
  }

  readonly #remember: CleanUp = (kill) => {
    this.#kill = kill;
  };
}
