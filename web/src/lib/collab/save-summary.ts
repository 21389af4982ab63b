import type { SaveState } from '@plenary/provider';

/** The reason a chapter, or the whole report, can only be read. */
export type ReadOnlyReason = Extract<
  Extract<SaveState, { kind: 'read-only' }>['access'],
  { mode: 'read' }
>['reason'];

/**
 * The state of saving of a whole report, from the states of its chapters:
 * - `opening`: of at least one chapter it is not known yet what is unsent;
 * - `saved`: everything typed on this device is on the server's disk;
 * - `saving`, `offline`: as for a chapter, with the changes of all chapters counted together;
 * - `blocked`: connected, but `pending` changes cannot be sent now (frozen, no access, no storage);
 * - `read-only`: connected, nothing unsent, and no chapter may be written.
 */
export type SaveSummary =
  | { readonly kind: 'opening' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly pending: number }
  | { readonly kind: 'offline'; readonly pending: number; readonly keptLocally: boolean }
  | { readonly kind: 'blocked'; readonly pending: number }
  | { readonly kind: 'read-only'; readonly reason: ReadOnlyReason }
  | { readonly kind: 'closed' };

/**
 * Adds up the chapters. It never says more than is true of each of them: one chapter offline makes
 * the report offline, one unsent change keeps it from being saved. No chapters gives `opening`.
 */
export function summarise(states: readonly SaveState[]): SaveSummary {
  const pending = states.reduce((sum, state) => sum + pendingOf(state), 0);
  const offline = states.filter((state) => state.kind === 'offline');
  if (offline.length > 0) {
    const keptLocally = offline.every((state) => state.pending === 0 || state.keptLocally);
    return { kind: 'offline', pending, keptLocally };
  }
  const stuck = states.filter((state) => state.kind === 'read-only' || state.kind === 'closed');
  const stuckPending = stuck.reduce((sum, state) => sum + state.pending, 0);
  if (stuckPending > 0) return { kind: 'blocked', pending };
  if (pending > 0) return { kind: 'saving', pending };
  if (states.length === 0 || states.some(isOpening)) return { kind: 'opening' };
  if (states.some((state) => state.kind === 'saved')) return { kind: 'saved' };
  const reason = states.map(reasonOf).find((found) => found !== null);
  return reason === undefined ? { kind: 'closed' } : { kind: 'read-only', reason };
}

/** How many changes in this state have not reached the server. */
export function pendingOf(state: SaveState): number {
  return 'pending' in state ? state.pending : 0;
}

function isOpening(state: SaveState): boolean {
  return state.kind === 'loading' || (state.kind === 'saving' && state.pending === 0);
}

function reasonOf(state: SaveState): ReadOnlyReason | null {
  return state.kind === 'read-only' && state.access.mode === 'read' ? state.access.reason : null;
}
