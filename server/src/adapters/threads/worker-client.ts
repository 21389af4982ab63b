import { Worker, type Transferable } from 'node:worker_threads';
import { fromErrorMessage, type WorkerReply } from './worker-messages.ts';

/** A thread that answers requests one by one, seen from the thread that asks. */
export interface WorkerClient<Request> {
  /**
   * Sends a request and resolves to what the worker answers. Rejects with the worker's error (its
   * `code` kept), or with `WorkerGoneError` when the thread ended before it answered: then it is not
   * known whether the request was carried out.
   */
  call(request: Request, transfer?: readonly Transferable[]): Promise<unknown>;
  /** Requests sent and not yet answered. */
  readonly pending: number;
  /** Lets the worker finish what it was asked, then ends it. Safe to call twice. */
  close(): Promise<void>;
}

/** The thread ended before it answered. */
export class WorkerGoneError extends Error {
  readonly code = 'WORKER_GONE';
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts a worker thread from a module that calls `serveRequests`, and resolves when it is ready.
 * `onGone` is called once if the thread ends without having been closed.
 */
export async function startWorker<Request>(
  module: URL,
  options: { readonly data: unknown; readonly onGone?: (error: Error) => void },
): Promise<WorkerClient<Request>> {
  const worker = new Worker(module, { workerData: options.data });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: Promise<void> | null = null;
  let gone: Error | null = null;

  const call = (request: unknown, transfer: readonly Transferable[] = []): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone !== null) {
        reject(gone);
        return;
      }
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, request }, transfer as Transferable[]);
    });

  worker.on('message', (reply: WorkerReply) => {
    const asked = waiting.get(reply.id);
    if (asked === undefined) return;
    waiting.delete(reply.id);
    if (reply.ok) asked.resolve(reply.result);
    else asked.reject(fromErrorMessage(reply.error));
  });

  const end = (cause: unknown): void => {
    if (gone !== null) return;
    gone = new WorkerGoneError('the worker thread has ended', { cause });
    for (const asked of waiting.values()) asked.reject(gone);
    waiting.clear();
    if (ended === null) options.onGone?.(gone);
  };
  worker.on('error', end);
  worker.on('exit', end);

  await call('ready');
  return {
    call,
    get pending() {
      return waiting.size;
    },
    close() {
      ended ??= call('stop').then(
        () => worker.terminate().then(() => undefined),
        () => undefined,
      );
      return ended;
    },
  };
}
