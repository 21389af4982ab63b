import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian and Ubuntu keep each version's programs. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** Accounts a server may run as when the tests run as root, whom it refuses. */
const ACCOUNTS = ['postgres', 'nobody'];

/** Programs of PostgreSQL on this machine. */
export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
}

/** Finds the server's programs, the newest version first. Throws when there are none. */
export function findPostgres(): PostgresPrograms {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  const debian = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin'));
  const folders = [...debian, ...(process.env['PATH'] ?? '').split(delimiter)];
  const folder = folders.find((path) => existsSync(join(path, 'initdb')));
  if (folder === undefined) {
    throw new Error('the tests need PostgreSQL: on Debian or Ubuntu, apt-get install postgresql');
  }
  return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
}

/** The account to run a server as: an empty object unless we are root. */
export function postgresAccount(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ACCOUNTS) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`there is no account to run PostgreSQL as: ${ACCOUNTS.join(', ')}`);
}
