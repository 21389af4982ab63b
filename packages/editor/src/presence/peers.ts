import type { Awareness } from 'y-protocols/awareness';

/** Somebody else in the chapter, with where they are. */
export interface Peer {
  readonly clientId: number;
  readonly name: string;
  /** A CSS colour, safe to write into a style. */
  readonly color: string;
  /** Relative positions in the document's terms, as they came; to be resolved. */
  readonly anchor: unknown;
  readonly head: unknown;
}

const DEFAULT_COLOR = '#5f6773';
const MAX_NAME_LENGTH = 80;

/**
 * The other people with a caret in the chapter. Presence comes from outside: whatever is no name,
 * colour or pair of positions is left away.
 */
export function peersOf(awareness: Awareness): Peer[] {
  const peers: Peer[] = [];
  for (const [clientId, state] of awareness.getStates()) {
    if (clientId === awareness.clientID) continue;
    const cursor = record(state['cursor']);
    const user = record(state['user']);
    if (cursor === null || user === null) continue;
    peers.push({
      clientId,
      name: typeof user['name'] === 'string' ? user['name'].slice(0, MAX_NAME_LENGTH) : '',
      color: safeColor(user['color']),
      anchor: cursor['anchor'],
      head: cursor['head'],
    });
  }
  return peers;
}

function safeColor(value: unknown): string {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/iu.test(value) ? value : DEFAULT_COLOR;
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
