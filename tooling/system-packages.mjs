/**
 * Programs that the tests need and npm cannot bring: Chromium for e2e, strace for the sync test, and
 * the servers that several nodes share.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say } from './bootstrap.mjs';

/** Program name → Debian package. */
const NEEDED = {
  chromium: 'chromium',
  strace: 'strace',
  initdb: 'postgresql',
  'redis-server': 'redis-server',
};

/** Debian keeps the programs of PostgreSQL here, by version, and not on the path. */
const POSTGRES_FOLDER = '/usr/lib/postgresql';

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
  const versions = existsSync(POSTGRES_FOLDER) ? readdirSync(POSTGRES_FOLDER) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(POSTGRES_FOLDER, version, 'bin')),
  ];
  return folders.some((folder) => existsSync(join(folder, program)));
}
