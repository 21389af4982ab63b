/** SQLSTATE of PostgreSQL: its disk is full, it is a read-only standby or was made read-only. */
const POSTGRES_REFUSALS: ReadonlySet<string> = new Set(['53100', '25006']);

/**
 * Whether an error says that the store did not take a write and nothing of it was stored: full,
 * read-only, failing. A failed sync is not among them: then it is not known what is on the disk.
 */
export function isStorageRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return false;
  }
  const { code } = error;
  if (code === 'SQLITE_IOERR_FSYNC' || code === 'SQLITE_IOERR_DIR_FSYNC') return false;
  return (
    POSTGRES_REFUSALS.has(code) ||
    code === 'SQLITE_FULL' ||
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_IOERR') ||
    code.startsWith('SQLITE_CANTOPEN')
  );
}
