import {
  createEncoder,
  toUint8Array,
  writeUint8Array,
  writeVarUint,
  type Encoder,
} from 'lib0/encoding';
import { MalformedFrameError } from '@plenary/protocol';
import { decodeStateVector as decodeYjsStateVector } from 'yjs';
import type { IdRanges } from './id-ranges.ts';

/** Next clock of each Yjs client: everything below it is held. */
export type StateVector = ReadonlyMap<number, number>;

/** A Yjs update that holds nothing: no structs, no deletions. */
export const EMPTY_UPDATE: Uint8Array = new Uint8Array([0, 0]);

/** Clients a state vector from outside may name: one per device and reload, for years. */
export const MAX_VECTOR_CLIENTS = 100_000;

/** The Yjs encoding of a state vector. */
export function encodeStateVector(vector: StateVector): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, vector.size);
  for (const [client, clock] of vector) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, clock);
  }
  return toUint8Array(encoder);
}

/** Reads an encoded state vector; throws `MalformedFrameError` on anything that is none. */
export function decodeStateVector(bytes: Uint8Array): Map<number, number> {
  let vector: Map<number, number>;
  try {
    vector = decodeYjsStateVector(bytes);
  } catch (cause) {
    throw new MalformedFrameError('not a state vector', { cause });
  }
  if (vector.size <= MAX_VECTOR_CLIENTS) return vector;
  throw new MalformedFrameError('a state vector with too many clients');
}

/** Whether `vector` is at least `other` for every client. */
export function coversVector(vector: StateVector, other: StateVector): boolean {
  for (const [client, clock] of other) {
    if ((vector.get(client) ?? 0) < clock) return false;
  }
  return true;
}

/** A Yjs update that holds deletions alone. */
export function encodeDeletions(deletions: IdRanges): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, 0);
  writeDeletions(encoder, deletions);
  return toUint8Array(encoder);
}

/** The delete set at the end of a Yjs v1 update. */
export function writeDeletions(encoder: Encoder, deletions: IdRanges): void {
  const clients = deletions.byClient();
  writeVarUint(encoder, clients.length);
  for (const [client, ranges] of clients) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, ranges.length / 2);
    for (let i = 0; i < ranges.length; i += 2) {
      writeVarUint(encoder, ranges[i]!);
      writeVarUint(encoder, ranges[i + 1]! - ranges[i]!);
    }
  }
}

/** A copy with a buffer of its own, so that a slice never keeps a large buffer alive. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/** One update's structs (already encoded per client, Yjs order) and deletions as one update. */
export function assembleUpdate(
  clientGroups: readonly Uint8Array[],
  deletions: IdRanges,
): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, clientGroups.length);
  for (const group of clientGroups) writeUint8Array(encoder, group);
  writeDeletions(encoder, deletions);
  return toUint8Array(encoder);
}
