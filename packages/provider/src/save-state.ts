import type { Access } from '@plenary/protocol';
import type { SaveState } from './types.ts';

/** The facts the state of saving is made of. */
export interface SaveFacts {
  /** Code with which the server closed the chapter for good, else null. */
  readonly closedCode: number | null;
  /** Whether there is text to show. */
  readonly loaded: boolean;
  /** Whether the socket is open. */
  readonly online: boolean;
  /** Whether the server opened the chapter and its text here has reached the server's. */
  readonly caughtUp: boolean;
  readonly access: Access | null;
  /** Changes made in any page of this person that the server has not acknowledged. */
  readonly pending: number;
  /** Whether each of them survives closing the browser. */
  readonly keptLocally: boolean;
}

/** The one place that decides what the person is told (wire.md W50). */
export function saveStateOf(facts: SaveFacts): SaveState {
  const { closedCode, access, pending, keptLocally } = facts;
  if (closedCode !== null) return { kind: 'closed', code: closedCode, pending };
  if (!facts.loaded && pending === 0) return { kind: 'loading' };
  if (!facts.online) return { kind: 'offline', pending, keptLocally };
  if (!facts.caughtUp || access === null) return { kind: 'saving', pending };
  if (access.mode !== 'write') return { kind: 'read-only', access, pending };
  return pending === 0 ? { kind: 'saved' } : { kind: 'saving', pending };
}

/** Whether two states tell the person the same. */
export function sameSaveState(one: SaveState, other: SaveState): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
