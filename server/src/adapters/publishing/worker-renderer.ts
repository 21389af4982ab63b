import { Worker } from 'node:worker_threads';
import type { RenderRequest, ReportRenderer } from '../../domain/documents/export.ts';

const RENDER_WORKER = new URL('./render-worker.ts', import.meta.url);

/** Exports that may wait for the one under way; more means overload. */
const MAX_WAITING = 16;

/** Longest time one export may take; a whole report of 300 pages takes a few seconds. */
const TIME_LIMIT_MS = 120_000;

/** Memory one export may take, in MB: some fifty times the largest report. */
const MEMORY_LIMIT_MB = 768;

/**
 * Renders each report in a thread of its own, one at a time: a document that hangs or takes too much
 * memory ends with its thread and nothing else does.
 */
export function createWorkerRenderer(): ReportRenderer {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  let current: Worker | null = null;

  const renderNow = (request: RenderRequest): Promise<string> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(RENDER_WORKER, {
        workerData: request,
        resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
      });
      current = worker;
      const timer = setTimeout(() => {
        reject(new Error('the export took too long'));
        void worker.terminate();
      }, TIME_LIMIT_MS);
      worker.once('message', (text: string) => resolve(text));
      worker.once('error', reject);
      worker.once('exit', () => {
        clearTimeout(timer);
        current = null;
        reject(new Error('the export’s thread ended early'));
      });
    });

  return {
    async render(prepare) {
      if (isClosed || waiting > MAX_WAITING) return { type: 'busy' };
      waiting += 1;
      const turn = last.then(async () => {
        if (isClosed) throw new Error('the server is stopping');
        const request = await prepare();
        if (isClosed) throw new Error('the server is stopping');
        return renderNow(request);
      });
      last = turn.catch(() => undefined);
      try {
        return { type: 'rendered', text: await turn };
      } catch (cause) {
        return { type: 'failed', cause };
      } finally {
        waiting -= 1;
      }
    },
    async close() {
      isClosed = true;
      await current?.terminate();
      await last;
    },
  };
}
