import { Client, DatabaseError } from 'pg';
import { connectionSettings } from './postgres-settings.ts';

/** The oldest version that is tried out and still maintained. */
const OLDEST_VERSION = 14;

/** What is asked of a server before it is used. */
interface Facts {
  readonly version: number;
  readonly encoding: string;
  readonly isReadOnly: boolean;
  readonly mayCreate: boolean | null;
  readonly hasTables: boolean;
}

const FACTS = `select
  current_setting('server_version_num')::int / 10000 as version,
  current_setting('server_encoding') as encoding,
  pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly",
  has_schema_privilege(current_schema(), 'create') as "mayCreate",
  to_regclass('collab_rooms') is not null as "hasTables"`;

/**
 * Says in one line why a database cannot be used, or null when it can. No line holds the password.
 * What is not about reaching or being allowed to use it is thrown.
 */
export async function objectionToDatabase(databaseUrl: string): Promise<string | null> {
  const client = clientFor(databaseUrl);
  if (typeof client === 'string') return client;
  client.on('error', () => undefined); // a connection that breaks fails the query
  try {
    await client.connect();
    const { rows } = await client.query<Facts>(FACTS);
    return objectionToFacts(rows[0]!);
  } catch (error) {
    const { host, port, user, database } = client;
    const objection = objectionOf(error, { place: `${host}:${port}`, user, database });
    if (objection === null) throw error;
    return objection;
  } finally {
    await client.end().catch(() => undefined); // it was never connected
  }
}

/** A client, or why there can be none: a file of certificates that cannot be read. */
function clientFor(databaseUrl: string): Client | string {
  try {
    return new Client(connectionSettings(databaseUrl, { purpose: 'check' }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `the address or one of its parameters cannot be used (${reason})`;
  }
}

function objectionToFacts(facts: Facts): string | null {
  if (facts.version < OLDEST_VERSION) {
    return `this is PostgreSQL ${facts.version}; version ${OLDEST_VERSION} or later is needed`;
  }
  if (facts.encoding !== 'UTF8') {
    return `the database is encoded in ${facts.encoding}; create one with encoding UTF8`;
  }
  if (facts.isReadOnly) return 'the database is read-only (a standby?); the primary is needed';
  if (!facts.hasTables && facts.mayCreate !== true) {
    return 'this account may not create tables: make it the owner of the database';
  }
  return null;
}

function objectionOf(
  error: unknown,
  names: {
    readonly place: string;
    readonly user: string | undefined;
    readonly database: string | undefined;
  },
): string | null {
  if (!(error instanceof Error)) return null;
  const { place, user, database } = names;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!(error instanceof DatabaseError)) {
    const reason = code === '' ? error.message : code;
    return `no PostgreSQL answers at ${place} (${reason})`;
  }
  switch (code) {
    case '28P01':
    case '28000':
      return `the PostgreSQL at ${place} does not let "${user}" in: wrong name or password`;
    case '3D000':
      return `the PostgreSQL at ${place} has no database "${database}"`;
    case '42501':
      return `"${user}" may not use the database "${database}"`;
    case '53300':
      return `the PostgreSQL at ${place} has no connection left for us`;
    case '57P03':
      return `the PostgreSQL at ${place} is starting or stopping; try again`;
    default:
      return null;
  }
}
