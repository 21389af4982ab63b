import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 20;

/** Waits for something to hold; resolves to whether it came to within so many milliseconds. */
export async function until(holds: () => boolean, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await wait(LOOK_MS);
  }
  return true;
}
