/**
 * A fair lock shared by the threads of this process that write to the database. SQLite has one
 * writer at a time and makes the others poll with growing pauses; here a waiting thread is woken the
 * moment the writer before it is done, in the order of asking, and never sees SQLITE_BUSY because of
 * its own process. Other processes (the admin commands) are still waited for by SQLite's timeout.
 */
export interface WriteLock {
  /** Blocks the calling thread until it is its turn. Worker threads only: never the main thread. */
  acquire(): void;
  /** Lets the next thread in. Only the holder may call it. */
  release(): void;
}

const NEXT_TICKET = 0;
const NOW_SERVING = 1;

/** Memory for one lock: create it once, hand it to every thread that writes. */
export function createWriteLockMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
}

/** The lock that lives in `memory`, as seen by one thread. */
export function openWriteLock(memory: SharedArrayBuffer): WriteLock {
  const cells = new Int32Array(memory);
  return {
    acquire() {
      const ticket = Atomics.add(cells, NEXT_TICKET, 1);
      for (;;) {
        const serving = Atomics.load(cells, NOW_SERVING);
        if (serving === ticket) return;
        Atomics.wait(cells, NOW_SERVING, serving);
      }
    },
    release() {
      Atomics.add(cells, NOW_SERVING, 1);
      Atomics.notify(cells, NOW_SERVING);
    },
  };
}
