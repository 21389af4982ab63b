import type { ReadOnlyReason, SaveSummary } from '#lib/collab/save-summary.ts';
import { m } from '#messages';

/** The state of saving in words. */
export function saveText(summary: SaveSummary): string {
  switch (summary.kind) {
    case 'opening':
      return m.save_opening();
    case 'saved':
      return m.save_saved();
    case 'saving':
      return m.save_saving();
    case 'offline':
      if (summary.pending === 0) return m.save_offline_nothing();
      return summary.keptLocally
        ? m.save_offline({ count: summary.pending })
        : m.save_offline_page_only({ count: summary.pending });
    case 'blocked':
      return m.save_blocked({ count: summary.pending });
    case 'read-only':
      return readOnlyText(summary.reason);
    case 'closed':
      return m.save_closed();
    default:
      return summary satisfies never;
  }
}

/** Why something can only be read, in words. */
export function readOnlyText(reason: ReadOnlyReason): string {
  switch (reason) {
    case 'role':
      return m.read_role();
    case 'frozen':
      return m.read_frozen();
    case 'schema':
      return m.read_schema();
    case 'rights-unknown':
      return m.read_rights_unknown();
    case 'storage-full':
      return m.read_storage_full();
    default:
      return reason satisfies never;
  }
}
