import { setTimeout as pause } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { connectionSettings } from './postgres-settings.ts';

/** How long after its connection broke, or could not be made, a server looks for the database. */
const RETRY_MS = 1_000;

/** Longest wait for a command that has the database for a moment. */
const COMMAND_LIMIT_MS = 10_000;

/** SQLSTATE of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** A running server's place among those that use a database. */
export interface ServingPlace {
  /** Gives the place back. Safe to call twice. */
  leave(): Promise<void>;
}

/** Who is told, and how long a command is waited for (10 s unless given). */
export interface ServingOptions {
  readonly onTaken: (error: Error) => void;
  readonly waitMs?: number;
}

/** A command has the database to itself and the server is not among its users: it must not go on. */
export class DatabaseTakenError extends Error {}

/**
 * Takes a place among the servers that use a database, so that no command restores under it. The
 * place is a lock of a session: PostgreSQL gives it back when the process or its machine dies. After
 * a broken connection it is taken again; `onTaken` is told when a command was faster. A command that
 * has the database to itself is waited for a while; then it throws a `DatabaseTakenError`.
 */
export async function takeServingPlace(
  databaseUrl: string,
  options: ServingOptions,
): Promise<ServingPlace> {
  const place = new SessionPlace(databaseUrl, options);
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
  readonly #options: ServingOptions;
  #client: Client | null = null;
  #hasLeft = false;

  constructor(databaseUrl: string, options: ServingOptions) {
    this.#databaseUrl = databaseUrl;
    this.#options = options;
  }

  async take(): Promise<void> {
    const client = await connect(this.#databaseUrl);
    this.#client = client;
    const state = { isHeld: false, isLost: false };
    const takeAgainWhenLost = (): void => {
      if (state.isHeld && state.isLost && !this.#hasLeft) void this.#takeAgain();
    };
    client.once('end', () => {
      state.isLost = true;
      takeAgainWhenLost();
    });
    try {
      await shareLock(client, this.#options.waitMs ?? COMMAND_LIMIT_MS);
    } catch (error) {
      await client.end().catch(() => undefined); // it may be broken
      throw error;
    }
    state.isHeld = true;
    if (this.#hasLeft) await this.leave();
    else takeAgainWhenLost();
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
          if (!this.#hasLeft) this.#options.onTaken(error);
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
  const tried = await client.query<{ taken: boolean }>(
    `select pg_try_advisory_lock(${ADVISORY_LOCKS.serving}) as taken`,
  );
  if (tried.rows[0]?.taken === true) return { type: 'alone', release: () => client.end() };
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

async function shareLock(client: Client, waitMs: number): Promise<void> {
  try {
    await client.query(`set lock_timeout = ${waitMs}`);
    await client.query(`select pg_advisory_lock_shared(${ADVISORY_LOCKS.serving})`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    const message = 'a command has the database to itself; start again after it';
    throw new DatabaseTakenError(message, { cause: error });
  }
}
