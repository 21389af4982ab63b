import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The folder of an installed package. */
export function packageFolder(name: string): string {
  let folder = dirname(require.resolve(name));
  while (manifestIn(folder)?.name === undefined) folder = dirname(folder);
  return folder;
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  return String(manifestIn(packageFolder(name))?.version);
}

function manifestIn(folder: string): { name?: string; version?: string } | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  } catch {
    return null;
  }
}
