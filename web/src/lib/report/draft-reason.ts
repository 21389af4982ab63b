import type { Draft } from '@plenary/provider';
import { m } from '#messages';

/** Why edits became a draft, in words. */
export function draftReason(reason: Draft['reason']): string {
  switch (reason) {
    case 'frozen':
      return m.draft_frozen();
    case 'read-only':
    case 'access-lost':
      return m.draft_role();
    case 'stale':
      return m.draft_stale();
    case 'too-large':
      return m.draft_too_large();
    case 'storage-full':
      return m.draft_storage_full();
    case 'foreign':
    case 'not-causal':
    case 'malformed':
      return m.draft_other();
    default:
      return reason satisfies never;
  }
}
