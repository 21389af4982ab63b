import { FORMAT_VERSION } from './keys.ts';
import { blocksOf } from './text.ts';
import type { BlockKey, ReportChapter } from './types.ts';

/** Something in a chapter that this version does not fully understand. */
export type Finding =
  | { readonly kind: 'newer-version'; readonly version: number }
  | { readonly kind: 'foreign-root'; readonly name: string; readonly description: string }
  | { readonly kind: 'unknown-block'; readonly block: BlockKey; readonly description: string }
  | { readonly kind: 'unknown-inline'; readonly block: BlockKey; readonly description: string };

/** Findings listed at most: a hostile chapter must not make a report of its own size. */
const MAX_FINDINGS = 1_000;

/** What a reader should be told about a chapter; [] for one this version wrote. Nothing here is lost (D16). */
export function validate(chapter: ReportChapter): Finding[] {
  const findings: Finding[] = [];
  if (chapter.version > FORMAT_VERSION) {
    findings.push({ kind: 'newer-version', version: chapter.version });
  }
  for (const root of chapter.foreign) findings.push({ kind: 'foreign-root', ...root });
  for (const block of blocksOf(chapter.blocks)) {
    if (findings.length >= MAX_FINDINGS) break;
    if (block.type === 'unknown') {
      const { key, description } = block;
      findings.push({ kind: 'unknown-block', block: key, description });
    }
    for (const inline of block.inlines) {
      if (inline.kind !== 'unknown') continue;
      const { description } = inline;
      findings.push({ kind: 'unknown-inline', block: block.key, description });
    }
  }
  return findings.slice(0, MAX_FINDINGS);
}
