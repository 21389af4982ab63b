import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';
import { MalformedFrameError, type Identity } from '@plenary/protocol';

/** One client's entry in a y-protocols awareness update. `state` is JSON; `null` means gone. */
export interface PresenceEntry {
  readonly client: number;
  readonly clock: number;
  readonly state: string;
}

/** The JSON of a state that is gone. */
export const GONE = 'null';

/** Reads an awareness update; throws `MalformedFrameError` when it is none. States stay JSON. */
export function decodePresence(bytes: Uint8Array): PresenceEntry[] {
  try {
    return readEntries(bytes);
  } catch (cause) {
    throw new MalformedFrameError('not an awareness update', { cause });
  }
}

function readEntries(bytes: Uint8Array): PresenceEntry[] {
  const decoder = createDecoder(bytes);
  const count = readVarUint(decoder);
  const entries: PresenceEntry[] = [];
  for (let i = 0; i < count; i += 1) {
    entries.push({
      client: readVarUint(decoder),
      clock: readVarUint(decoder),
      state: readVarString(decoder),
    });
  }
  return entries;
}

/** Writes an awareness update; one without entries keeps a silent stock client awake. */
export function encodePresence(entries: readonly PresenceEntry[]): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, clock);
    writeVarString(encoder, state);
  }
  return toUint8Array(encoder);
}

/**
 * A state as the others get it: whatever the client put in, with the server's name and colour for
 * the person (R7). Null when it is no JSON object.
 */
export function signState(state: string, identity: Identity): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const claimed = isObject(parsed['user']) ? parsed['user'] : {};
  const { personId: id, name, color } = identity;
  return JSON.stringify({ ...parsed, user: { ...claimed, id, name, color } });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
