import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { connectionSettings } from './postgres-settings.ts';

/** How long after its connection broke, or could not be made, a server looks for the database. */
const RETRY_MS = 1_000;

/** A running server's place among those that use a database. */
export interface ServingPlace {
  /** Gives the place back. Safe to call twice. */
  leave(): Promise<void>;
}

/** A command has the database to itself and the server is not among its users: it must not go on. */
export class DatabaseTakenError extends Error {}

/**
 * Takes a place among the servers that use a database, so that no command restores under it. The
 * place is a lock of a session: PostgreSQL gives it back when the process or its machine dies. After
 * a broken connection it is taken again; `onTaken` is told when a command was faster. Throws a
 * `DatabaseTakenError` while a command has the database to itself.
 */
export async function takeServingPlace(
  databaseUrl: string,
  options: { readonly onTaken: (error: Error) => void },
): Promise<ServingPlace> {
  const place = new SessionPlace(databaseUrl, options.onTaken);
  try {
    await place.take();
  } catch (error) {
    await place.leave();
    throw error;
  }
  return place;
}

class SessionPlace implements ServingPlace {
  readonly #databaseUrl: string;
  readonly #onTaken: (error: Error) => void;
  #client: Client | null = null;
  #hasLeft = false;

  constructor(databaseUrl: string, onTaken: (error: Error) => void) {
    this.#databaseUrl = databaseUrl;
    this.#onTaken = onTaken;
  }

  async take(): Promise<void> {
    const client = await connect(this.#databaseUrl);
    this.#client = client;
    if (!(await tryLock(client, 'pg_try_advisory_lock_shared'))) {
      throw new DatabaseTakenError('a command has the database to itself; start again after it');
    }
    if (this.#hasLeft) await client.end();
    else client.once('end', () => void this.#takeAgain());
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.#client?.end().catch(() => undefined); // the connection may be broken
  }

  async #takeAgain(): Promise<void> {
    while (!this.#hasLeft) {
      try {
        await this.take();
        return;
      } catch (error) {
        if (error instanceof DatabaseTakenError) {
          if (!this.#hasLeft) this.#onTaken(error);
          return;
        }
        await pause(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}

/** What trying to have a database alone came to. */
export type Alone =
  | { readonly type: 'alone'; release(): Promise<void> }
  /** Servers or commands that use it, such as `123@host`; empty when they cannot be seen. */
  | { readonly type: 'in-use'; readonly by: readonly string[] };

/** Tries to have a database alone, without waiting. */
export async function takeDatabaseAlone(databaseUrl: string): Promise<Alone> {
  const client = await connect(databaseUrl);
  if (await tryLock(client, 'pg_try_advisory_lock')) {
    return { type: 'alone', release: () => client.end() };
  }
  const { rows } = await client.query<{ name: string }>(`
    select a.application_name as name from pg_locks as l join pg_stat_activity as a using (pid)
    where l.locktype = 'advisory' and l.granted and l.objsubid = 1
      and l.database = (select oid from pg_database where datname = current_database())
      and (l.classid::bigint << 32) | l.objid::bigint = ${ADVISORY_LOCKS.serving}
    order by a.backend_start`);
  await client.end();
  return { type: 'in-use', by: rows.map(({ name }) => name.split(' ').at(-1) ?? name) };
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client(connectionSettings(databaseUrl, { purpose: 'serving', limits: null }));
  client.on('error', () => undefined); // 'end' follows
  await client.connect();
  return client;
}

async function tryLock(
  client: Client,
  call: 'pg_try_advisory_lock' | 'pg_try_advisory_lock_shared',
): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    `select ${call}(${ADVISORY_LOCKS.serving}) as taken`,
  );
  return rows[0]?.taken === true;
}
