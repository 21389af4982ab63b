/**
 * Resolves when the browser has nothing more urgent to do, after `patienceMs` at the latest. Where a
 * browser cannot tell (Safari), as soon as what is waiting now has been done.
 */
export function whenIdle(patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'undefined') setTimeout(resolve);
    else requestIdleCallback(() => resolve(), { timeout: patienceMs });
  });
}
