import type { ServerProcess } from '../../server-process.ts';
import type { ChapterLog } from './log-follower.ts';

/** One of the processes that a campaign may kill. */
export interface Victim {
  readonly name: string;
  /** Whether clients lose their server with it. */
  readonly isNode: boolean;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it after a kill and kills it again, after so many milliseconds where it takes long. */
  killWhileStarting(ms: number): Promise<void>;
  /** Starts it if it is not running; resolves when it is ready. */
  start(): Promise<void>;
}

/** What a campaign runs against: nodes, and whatever they store in. */
export interface Stand {
  /** All there is, in the order in which it has to be started. */
  readonly victims: readonly Victim[];
  /** How long a newcomer may wait for what was committed while a node could not hear of it. */
  readonly graceMs: number;
  /** A node that runs, drawn by a number from 0 to 1. */
  node(draw: number): ServerProcess;
  /** Settings with which operator commands work on this stand. */
  readonly operator: { readonly dataDir: string; readonly env: Readonly<Record<string, string>> };
  /** A chapter's log, read past the server. */
  readLog(chapterId: string): Promise<ChapterLog>;
  /** Ends everything. Safe to call twice. */
  close(): Promise<void>;
}
