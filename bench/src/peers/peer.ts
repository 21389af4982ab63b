import type { Target } from '../clients/client.ts';
import type { ServerProcess } from './server-process.ts';

/** A server under test, running. */
export type RunningPeer = {
  readonly process: ServerProcess;
  /**
   * Where a room of this name is, once for each node; makes it if this server wants rooms to be made.
   */
  ways(name: string): Promise<readonly Target[]>;
  /** Processor time of the stores beside it, in seconds; absent where there are none. */
  readonly storesCpuSeconds?: () => number;
  /**
   * Stops and starts the server over what it stored, and returns the new process. Null for a server
   * without storage, whose documents live only as long as it does.
   */
  readonly restart: (() => Promise<ServerProcess>) | null;
  stop(): Promise<void>;
};

/** A server that can be put under test. */
export type Peer = {
  readonly name: PeerName;
  readonly version: string;
  /** What it stores during the run, for the record. */
  readonly storage: string;
  start(options: { readonly inspect: boolean }): Promise<RunningPeer>;
};

/** Names as they are written in tables and on the command line. */
export type PeerName =
  | 'plenary'
  | 'hocuspocus'
  | 'y-websocket'
  | 'plenary-nodes'
  | 'hocuspocus-nodes';
