import type * as Y from 'yjs';
import { BODY, FORMAT_VERSION } from './keys.ts';
import { bodyOf, takeSnapshot } from './snapshot.ts';
import type { ForeignRoot, ReportChapter } from './types.ts';
import { describe } from './unknown.ts';

/** How many foreign roots are listed. */
const MAX_ROOTS = 20;

/**
 * Reads a chapter as a tree of plain values: for exports, word counts and checks. Writes nothing,
 * never throws on valid Yjs, and takes time in proportion to the document however strange it is.
 */
export function readChapter(doc: Y.Doc): ReportChapter {
  return {
    version: versionOf(doc),
    blocks: takeSnapshot(doc).blocks,
    foreign: foreignRoots(doc),
  };
}

/** The version of the format a document says it is written in (D3); saying nothing means 1. */
export function versionOf(doc: Y.Doc): number {
  const version: unknown = bodyOf(doc).getAttribute('v');
  return typeof version === 'number' && Number.isInteger(version) && version > 0
    ? version
    : FORMAT_VERSION;
}

/** Roots other than the body that hold something (D16). */
export function foreignRoots(doc: Y.Doc): ForeignRoot[] {
  const roots: ForeignRoot[] = [];
  for (const [name, type] of doc.share) {
    if (name === BODY || roots.length === MAX_ROOTS) continue;
    if (type._start === null && type._map.size === 0) continue;
    roots.push({ name: name.slice(0, 100), description: describe(type) });
  }
  return roots;
}
