import { hostname } from 'node:os';
import { types, type CustomTypesConfig, type PoolConfig } from 'pg';

/** Longest wait for a connection, a new one or one of the pool's. */
const CONNECT_LIMIT_MS = 5_000;

/** A statement that takes longer is cancelled by the server. */
const STATEMENT_LIMIT_MS = 10_000;

/** A server that says nothing for so long is given up, with the connection. */
const SILENCE_LIMIT_MS = 15_000;

/** A transaction in which nothing is asked for so long is undone by the server. */
const IDLE_IN_TRANSACTION_LIMIT_MS = 10_000;

/**
 * What each session sets. A commit that was answered is on the server's disk (R1). A node whose
 * machine died is noticed in about two minutes, and its locks are free then.
 */
const SESSION = [
  '-c synchronous_commit=on',
  '-c client_encoding=UTF8',
  '-c tcp_keepalives_idle=60',
  '-c tcp_keepalives_interval=10',
  '-c tcp_keepalives_count=6',
];

/** Limits of a connection; null lifts those of statements and transactions, for what takes long. */
export type ConnectionLimits = 'served' | null;

/**
 * Settings of a connection to the database that `databaseUrl` names. Whatever the server's defaults
 * are, a commit is on the server's disk before it is answered (R1), and no session keeps others
 * waiting for ever. `purpose` names the connection in `pg_stat_activity`.
 */
export function connectionSettings(
  databaseUrl: string,
  options: {
    readonly purpose: string;
    readonly limits?: ConnectionLimits;
    /** Instead of the 15 s after which a server that says nothing is given up. */
    readonly silenceMs?: number;
  },
): PoolConfig {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  // The last one counts.
  url.searchParams.set('options', [...(given === null ? [] : [given]), ...SESSION].join(' '));
  url.searchParams.delete('application_name');
  const { limits = 'served' } = options;
  return {
    connectionString: url.href,
    application_name: nameOf(options.purpose),
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
    types: parsers,
    ...(limits === null
      ? {}
      : {
          statement_timeout: STATEMENT_LIMIT_MS,
          query_timeout: options.silenceMs ?? SILENCE_LIMIT_MS,
          idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_LIMIT_MS,
        }),
  };
}

/** Whole numbers are numbers: every one of ours is below 2^53. */
const parsers: CustomTypesConfig = {
  getTypeParser(type, format) {
    const isNumber = type === types.builtins.INT8 || type === types.builtins.NUMERIC;
    return isNumber ? Number : (types.getTypeParser(type, format) as (text: string) => unknown);
  },
};

/** The server cuts names after 63 bytes. */
function nameOf(purpose: string): string {
  return `plenary ${purpose} ${process.pid}@${hostname()}`.slice(0, 63);
}
