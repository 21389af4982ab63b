/** Programs that the tests need and npm cannot bring: Chromium for e2e, strace for the sync test. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say } from './bootstrap.mjs';

/** Program name → Debian package. */
const NEEDED = { chromium: 'chromium', strace: 'strace' };

/**
 * Installs what is missing from the system's packages when that is possible here, else names it.
 *
 * @returns {Promise<string[]>} the programs that are still missing; empty when all are there
 */
export async function ensureSystemPackages() {
  const missing = missingPrograms();
  if (missing.length === 0) return [];
  const packages = missing.map((program) => NEEDED[program]);
  const mayInstall = process.getuid?.() === 0 && found('apt-get');
  if (!mayInstall) {
    say(`The tests need these programs: ${missing.join(', ')}.`);
    say(`On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`);
    return missing;
  }
  say(`Installing ${packages.join(', ')} from the system's packages …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, quiet: true });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env,
    quiet: true,
  });
  return missingPrograms();
}

/** @returns {(keyof typeof NEEDED)[]} */
function missingPrograms() {
  return /** @type {(keyof typeof NEEDED)[]} */ (Object.keys(NEEDED)).filter(
    (name) => !found(name),
  );
}

/** @param {string} program */
function found(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, program)));
}
