import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Our own files that git tracks or would track, relative to the root (the working folder), whose
 * path matches.
 */
export function sourceFiles(pattern: RegExp): string[] {
  const listing = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return listing.split('\0').filter((path) => pattern.test(path) && existsSync(path));
}
