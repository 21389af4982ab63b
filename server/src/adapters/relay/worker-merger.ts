import type { Merger, UpdateOutline, UpdateSummary } from '@plenary/relay';
import { startWorker, type WorkerClient } from '../threads/worker-client.ts';
import type { MergeRequest } from './merge-worker.ts';

const MERGE_WORKER = new URL('./merge-worker.ts', import.meta.url);

/** A Merger in a thread of its own. */
export interface WorkerMerger extends Merger {
  /** Starts the thread if it does not run yet, so that the first heavy piece of work finds it. */
  warmUp(): Promise<void>;
  /** Pieces of work asked for and not answered yet. */
  readonly pending: number;
}

/**
 * Makes a Merger whose thread starts with the first piece of work. The bytes are copied before they
 * are transferred: the relay keeps using what it hands over. `onGone` is told when the thread ends by
 * itself.
 */
export function createWorkerMerger(
  options: { readonly onGone?: (error: Error) => void } = {},
): WorkerMerger {
  let starting: Promise<WorkerClient<MergeRequest>> | null = null;
  let running: WorkerClient<MergeRequest> | null = null;
  const start = (): Promise<WorkerClient<MergeRequest>> => {
    starting ??= startWorker<MergeRequest>(MERGE_WORKER, { data: null, ...options });
    return starting;
  };
  const ask = async (request: MergeRequest, strings: readonly Uint8Array<ArrayBuffer>[]) => {
    const worker = await start();
    running = worker;
    return worker.call(
      request,
      strings.map((bytes) => bytes.buffer),
    );
  };

  return {
    async merge(updates) {
      const copies = updates.map(copy);
      return (await ask({ type: 'merge', updates: copies }, copies)) as Uint8Array;
    },
    async compact(updates) {
      const copies = updates.map(copy);
      return (await ask({ type: 'compact', updates: copies }, copies)) as Uint8Array;
    },
    async diff(update, stateVector) {
      const copies = [copy(update), copy(stateVector)] as const;
      const request = { type: 'diff', update: copies[0], stateVector: copies[1] } as const;
      return (await ask(request, copies)) as Uint8Array;
    },
    async impliedDeletions(update) {
      const bytes = copy(update);
      return (await ask({ type: 'implied-deletions', update: bytes }, [bytes])) as Uint8Array;
    },
    async outline(update) {
      const bytes = copy(update);
      return (await ask({ type: 'outline', update: bytes }, [bytes])) as UpdateOutline | null;
    },
    async cut(update, keep, deletions) {
      const copies = [copy(update), copy(deletions)] as const;
      const request = { type: 'cut', update: copies[0], keep, deletions: copies[1] } as const;
      return (await ask(request, copies)) as Uint8Array;
    },
    async summarise(update) {
      const bytes = copy(update);
      return (await ask({ type: 'summarise', update: bytes }, [bytes])) as UpdateSummary;
    },
    get pending() {
      return running?.pending ?? 0;
    },
    async warmUp() {
      await start();
    },
    async close() {
      await (await starting)?.close();
    },
  };
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // Not `slice`: on a Buffer that would share the memory, and transferring would take it away.
  return new Uint8Array(bytes);
}
