import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the installed package that a file, as `import.meta.resolve` gives it, belongs to. */
export function packageFolder(file: string): string {
  let folder = dirname(fileURLToPath(file));
  while (manifestIn(folder)?.name === undefined) folder = dirname(folder);
  return folder;
}

/** The version of the installed package that a file belongs to. */
export function packageVersion(file: string): string {
  return String(manifestIn(packageFolder(file))?.version);
}

function manifestIn(folder: string): { name?: string; version?: string } | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  } catch {
    return null;
  }
}
