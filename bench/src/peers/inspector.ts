import { setTimeout as wait } from 'node:timers/promises';

/** Memory of a server, in bytes, read after a full garbage collection. */
export type Memory = {
  /** Objects and buffers of the main thread. */
  readonly heapAndBuffers: number;
  /** All of the process that is in RAM. */
  readonly resident: number;
};

/** A connection to the inspector of a Node process. */
export type Inspector = {
  memoryAfterCollection(resident: () => number): Promise<Memory>;
  close(): void;
};

const COLLECTIONS = 3;
const SETTLE_MS = 300;

/** Connects to the inspector of a server under test. */
export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector refused')), {
      once: true,
    });
  });
  let last = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      const id = last;
      const listen = (event: MessageEvent): void => {
        const message = JSON.parse(String(event.data)) as { id?: number; result?: unknown };
        if (message.id !== id) return;
        socket.removeEventListener('message', listen);
        resolve(message.result);
      };
      socket.addEventListener('message', listen);
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    memoryAfterCollection: async (resident) => {
      for (let round = 0; round < COLLECTIONS; round += 1) {
        await ask('HeapProfiler.collectGarbage');
        await wait(SETTLE_MS);
      }
      const expression = 'process.memoryUsage().heapUsed + process.memoryUsage().external';
      const answer = await ask('Runtime.evaluate', { expression, returnByValue: true });
      const { result } = answer as { readonly result: { readonly value: number } };
      return { heapAndBuffers: result.value, resident: resident() };
    },
    close: () => socket.close(),
  };
}
