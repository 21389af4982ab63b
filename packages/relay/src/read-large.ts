import type { RelayLimits } from './limits.ts';
import type { Merger } from './ports.ts';
import { MalformedUpdateError, readUpdate, type ReadUpdate, type Struct } from './read-update.ts';
import type { StructOutline } from './struct-outline.ts';
import { readOutline } from './update-outline.ts';

interface Work {
  readonly merger: Merger;
  readonly limits: RelayLimits;
}

/** Whether taking an update apart would hold up the thread that serves sockets. */
export function isLarge(update: { readonly bytes: Uint8Array }, { limits }: Work): boolean {
  return update.bytes.byteLength > limits.parseBytes;
}

/** Takes an update apart, a large one on another thread; null when it is none. */
export async function readLarge(
  bytes: Uint8Array,
  work: Work,
): Promise<ReadUpdate<Struct | StructOutline> | null> {
  if (isLarge({ bytes }, work)) {
    const outline = await work.merger.outline(bytes);
    return outline === null ? null : readOutline(outline);
  }
  try {
    return readUpdate(bytes);
  } catch (error) {
    if (error instanceof MalformedUpdateError) return null;
    throw error;
  }
}
