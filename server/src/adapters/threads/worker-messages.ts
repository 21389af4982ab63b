import { parentPort, type Transferable } from 'node:worker_threads';

/** An error as it crosses a thread: structured cloning drops `code`. */
export interface ErrorMessage {
  readonly message: string;
  readonly code: string | null;
}

/** What a worker posts back for one request. */
export type WorkerReply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorMessage };

/** An error raised in a worker thread. `code` is SQLite's or Node's, null when there was none. */
export class WorkerError extends Error {
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

/** The part of an error worth sending to another thread. */
export function toErrorMessage(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { message: String(error), code: null };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { message: error.message, code };
}

/** The error that `toErrorMessage` described. */
export function fromErrorMessage(error: ErrorMessage): WorkerError {
  return new WorkerError(error.message, error.code);
}

/** How a worker answers one request: at once, or later by calling the function it was given. */
export interface Reply {
  ok(result: unknown, transfer?: readonly Transferable[]): void;
  failed(error: unknown): void;
}

/**
 * Answers the requests of `startWorker` in this thread. `handle` may answer later; what it throws is
 * sent back as the request's error. `stop` runs after the last request when the thread is closed.
 */
export function serveRequests(
  handle: (request: unknown, reply: Reply) => void,
  stop: () => void,
): void {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  port.on('message', ({ id, request }: { id: number; request: unknown }) => {
    const reply: Reply = {
      ok: (result, transfer = []) =>
        port.postMessage({ id, ok: true, result }, transfer as Transferable[]),
      failed: (error) => port.postMessage({ id, ok: false, error: toErrorMessage(error) }),
    };
    try {
      if (request === 'ready') {
        reply.ok(null);
      } else if (request === 'stop') {
        stop();
        reply.ok(null);
      } else {
        handle(request, reply);
      }
    } catch (error) {
      reply.failed(error);
    }
  });
}
