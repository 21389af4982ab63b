import type { Merger, UpdateSummary } from '@plenary/relay';
import { startWorker } from '../threads/worker-client.ts';
import type { MergeRequest } from './merge-worker.ts';

const MERGE_WORKER = new URL('./merge-worker.ts', import.meta.url);

/**
 * A Merger in a thread of its own. The bytes are copied before they are transferred: the relay keeps
 * using what it hands over. `onGone` is told when the thread ends by itself.
 */
export async function startWorkerMerger(
  options: { readonly onGone?: (error: Error) => void } = {},
): Promise<Merger> {
  const worker = await startWorker<MergeRequest>(MERGE_WORKER, { data: null, ...options });
  const ask = (request: MergeRequest, strings: readonly Uint8Array<ArrayBuffer>[]) =>
    worker.call(
      request,
      strings.map((bytes) => bytes.buffer),
    );

  return {
    async merge(updates) {
      const copies = updates.map(copy);
      return (await ask({ type: 'merge', updates: copies }, copies)) as Uint8Array;
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
    async summarise(update) {
      const bytes = copy(update);
      return (await ask({ type: 'summarise', update: bytes }, [bytes])) as UpdateSummary;
    },
    close: () => worker.close(),
  };
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // Not `slice`: on a Buffer that would share the memory, and transferring would take it away.
  return new Uint8Array(bytes);
}
