import { objectionToDatabase } from '../adapters/postgres/check-postgres.ts';
import { takeDatabaseAlone } from '../adapters/postgres/serving-lock.ts';
import { CommandError } from './command-error.ts';

/** Throws a `CommandError` for a database that cannot be used. */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  const objection = await objectionToDatabase(databaseUrl);
  if (objection !== null) throw new CommandError(`DATABASE_URL: ${objection}`);
}

/**
 * Runs one command on a database that nothing else uses meanwhile. Throws a `CommandError` that names
 * the servers while some run, and for a database that cannot be used.
 */
export async function withDatabaseAlone<Result>(
  databaseUrl: string,
  command: () => Promise<Result>,
): Promise<Result> {
  await checkDatabase(databaseUrl);
  const taken = await takeDatabaseAlone(databaseUrl);
  if (taken.type === 'in-use') {
    const names = taken.by.map((name) => name.replace('@', ' on '));
    const by = names.length === 0 ? 'another account' : `the server with pid ${names.join(', ')}`;
    throw new CommandError(`the database is in use by ${by}`);
  }
  try {
    return await command();
  } finally {
    await taken.release();
  }
}
