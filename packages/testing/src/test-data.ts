import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Path of a file of the outside test data, such as `yjs-updates/small-test-dataset.bin`:
 * `PLENARY_DATA`, else `../shared/data` beside the checkout. Null when it is not there, so that a
 * test can leave itself out; with `CI=true` a missing file throws instead.
 */
export function testDataPath(name: string): string | null {
  const folder = process.env['PLENARY_DATA'] ?? join(REPOSITORY, '../shared/data');
  const path = join(folder, name);
  if (existsSync(path)) return path;
  if (process.env['CI'] === 'true') throw new Error(`test data is missing: ${path}`);
  return null;
}
