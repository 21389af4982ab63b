import { encodeSyncStep2 } from '@plenary/protocol';
import { diff } from './heavy-work.ts';
import type { Room } from './room.ts';
import { coversVector, decodeStateVector, encodeStateVector } from './yjs-bytes.ts';

/**
 * The frames that answer a stock client's step 1: everything it does not have, deletions included
 * (R5). Deletions do not move a state vector, so every answer carries all of them.
 *
 * - Nothing held: the cached frames of the state and the tail, the same for everybody (R4).
 * - Everything held: the deletions alone.
 * - The stored state held: what it lacks of the tail, and the deletions.
 * - Less: a difference from state and tail; on another thread when it is much, and once for all who
 *   ask with the same vector.
 *
 * Throws `MalformedFrameError` when the vector is none.
 */
export async function answerStep1(
  room: Room,
  vectorBytes: Uint8Array,
): Promise<readonly Uint8Array[]> {
  const vector = decodeStateVector(vectorBytes);
  const { text } = room;
  const { holdings } = room.intake;
  if (vector.size === 0) {
    const state = text.stateFrame;
    const tail = await text.tailFrame(() => room.head);
    if (text.stateFrame !== state) return answerStep1(room, vectorBytes);
    // The tail first: a stock client calls itself synchronised at the step 2, which is the state, and
    // whoever reads it then must find everything. Yjs keeps what cannot be placed yet.
    return tail === null ? [state.on('stock')] : [tail.on('stock'), state.on('stock')];
  }
  if (coversVector(vector, holdings.committedVector)) {
    return [encodeSyncStep2(holdings.encodedDeletions)];
  }
  if (coversVector(vector, room.stateVector)) {
    const missing = diff(await text.mergedTail(), vectorBytes);
    return [encodeSyncStep2(await text.merge([missing, holdings.encodedDeletions]))];
  }
  const tail = await text.mergedTail();
  const fromState = await text.stateSince(vectorBytes);
  return [encodeSyncStep2(await text.merge([fromState, diff(tail, vectorBytes)]))];
}

/** The room's own step 1: asks a client for everything beyond what is committed. */
export function committedVector(room: Room): Uint8Array {
  return encodeStateVector(room.intake.holdings.committedVector);
}
