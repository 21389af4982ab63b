import type { ExportFormat } from '@plenary/protocol';
import Braces from '@lucide/svelte/icons/braces';
import FileCode from '@lucide/svelte/icons/file-code';
import FileType from '@lucide/svelte/icons/file-type';
import { m } from '#messages';

/** The forms a document can be taken away in, as the menus offer them. */
export const EXPORT_FORMATS = [
  { format: 'md', label: m.export_md, icon: FileType },
  { format: 'html', label: m.export_html, icon: FileCode },
  { format: 'json', label: m.export_json, icon: Braces },
] as const satisfies readonly { format: ExportFormat; label: () => string; icon: typeof Braces }[];
