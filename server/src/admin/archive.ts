import { VERSION } from '../version.ts';

/** Version of the backup's layout; a restore refuses a newer one. */
export const ARCHIVE_FORMAT = 1;

/** Names inside a backup. */
export const MANIFEST_FILE = 'manifest.json';

/** Folders of a data folder that a backup holds besides the database. */
export const ARCHIVED_FOLDERS = ['files', 'mail'] as const;

/** What a backup says about itself. */
export interface Manifest {
  readonly product: 'plenary';
  readonly format: number;
  /** Version of the server that made it. */
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The manifest of a backup made now. */
export function createManifest(now: Date): Manifest {
  return {
    product: 'plenary',
    format: ARCHIVE_FORMAT,
    version: VERSION,
    createdAt: now.toISOString(),
  };
}

/** Reads a manifest; null when the text is not one of ours. */
export function parseManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : null;
  } catch {
    return null; // not JSON, so not a backup of ours
  }
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'product' in value &&
    value.product === 'plenary' &&
    'format' in value &&
    typeof value.format === 'number' &&
    'version' in value &&
    typeof value.version === 'string' &&
    'createdAt' in value &&
    typeof value.createdAt === 'string'
  );
}
