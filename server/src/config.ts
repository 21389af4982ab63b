import { resolve } from 'node:path';

/** Levels a log can have, quietest last. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What an instance is told by its environment: read once, validated, never changed. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute path of the folder that holds everything. */
  readonly dataDir: string;
  /**
   * The PostgreSQL that holds everything (`postgres:` or `postgresql:`); null keeps everything in the
   * data folder. It can hold a password: never log it.
   */
  readonly databaseUrl: string | null;
  /** Address people reach the server at, without a slash at the end; null when it was not given. */
  readonly publicUrl: string | null;
  /** Where mail is handed over (`smtp:` or `smtps:`); null keeps it in the data folder. */
  readonly smtpUrl: string | null;
  /** Redis that carries news between nodes (`redis:` or `rediss:`); null for one node alone. */
  readonly redisUrl: string | null;
  /**
   * Whose word about the caller's address is taken: nobody's, everybody's, that of so many proxies
   * nearest to us, or that of these addresses and networks.
   */
  readonly trustProxy: boolean | number | readonly string[];
  readonly logLevel: LogLevel;
  /** Whether quotas per person and address apply. Sizes are bounded in any case (R10). */
  readonly hasLimits: boolean;
}

/** A variable of the environment cannot be used. The message is one line that names it. */
export class ConfigError extends Error {
  readonly variable: string;

  constructor(variable: string, message: string) {
    super(`${variable}: ${message}`);
    this.variable = variable;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the contract that this version cannot honour yet, and what it does instead. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  S3_URL: 'storing files in S3 is not supported yet; without it files lie where the rest does',
};

/**
 * Reads the configuration from the environment; an empty variable counts as absent. Throws a
 * `ConfigError` for the first variable that cannot be used, also for one this version does not
 * support: what an operator asked for is never silently left out.
 */
export function readConfig(env: Environment): Config {
  refuseWhatIsNotBuilt(env);
  return Object.freeze({
    port: readPort(env),
    host: readHost(env),
    dataDir: resolve(given(env, 'DATA_DIR') ?? 'data'),
    databaseUrl: readDatabaseUrl(env),
    publicUrl: readPublicUrl(env),
    smtpUrl: readSmtpUrl(env),
    redisUrl: readRedisUrl(env),
    trustProxy: readTrustProxy(env),
    logLevel: readLogLevel(env),
    hasLimits: readLimits(env),
  });
}

function given(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

function refuseWhatIsNotBuilt(env: Environment): void {
  for (const [name, message] of Object.entries(NOT_BUILT)) {
    if (given(env, name) !== null) throw new ConfigError(name, message);
  }
  for (const name of Object.keys(env).filter((name) => name.startsWith('OIDC_'))) {
    if (given(env, name) !== null) {
      throw new ConfigError(name, 'signing in through an identity provider is not supported yet');
    }
  }
}

function readPort(env: Environment): number {
  const value = given(env, 'PORT');
  if (value === null) return 3000;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new ConfigError('PORT', `must be a whole number from 0 to 65535, not "${value}"`);
  }
  return port;
}

function readHost(env: Environment): string {
  const value = given(env, 'HOST');
  if (value === null) return '127.0.0.1';
  if (!/^[\w.:%-]+$/.test(value)) {
    throw new ConfigError('HOST', `must be an address or a host name, not "${value}"`);
  }
  return value;
}

function readUrl(env: Environment, name: string, schemes: readonly string[]): URL | null {
  const value = given(env, name);
  if (value === null) return null;
  // The value is not repeated: an address can hold a password.
  const url = URL.parse(value);
  if (url === null || !schemes.includes(url.protocol) || url.hostname === '') {
    throw new ConfigError(name, `must be an address that begins with ${schemes.join('// or ')}//`);
  }
  return url;
}

function readDatabaseUrl(env: Environment): string | null {
  const value = given(env, 'DATABASE_URL');
  if (value === null) return null;
  const url = URL.parse(value);
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
  // The folder of the server's socket may be named in place of a host.
  const hasPlace = url?.hostname !== '' || url.searchParams.has('host');
  if (url === null || !isPostgres || !hasPlace || url.pathname.length < 2) {
    throw new ConfigError(
      'DATABASE_URL',
      'must be an address like postgres://user:password@host:5432/plenary',
    );
  }
  return value;
}

function readPublicUrl(env: Environment): string | null {
  const url = readUrl(env, 'PUBLIC_URL', ['https:', 'http:']);
  if (url === null) return null;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new ConfigError('PUBLIC_URL', 'must end after the host and port, like https://host');
  }
  return url.origin;
}

function readSmtpUrl(env: Environment): string | null {
  return readUrl(env, 'SMTP_URL', ['smtp:', 'smtps:'])?.href ?? null;
}

function readRedisUrl(env: Environment): string | null {
  const url = readUrl(env, 'REDIS_URL', ['redis:', 'rediss:']);
  if (url === null) return null;
  if (!/^\/?\d*$/.test(url.pathname)) {
    throw new ConfigError('REDIS_URL', 'must end after the number of a database, like /0');
  }
  return url.href;
}

function readTrustProxy(env: Environment): Config['trustProxy'] {
  const value = given(env, 'TRUST_PROXY');
  if (value === null || value === 'false' || value === 'off') return false;
  if (value === 'true' || value === 'on') return true;
  if (/^\d+$/.test(value)) return Number(value);
  const addresses = value.split(',').map((part) => part.trim());
  const wrong = addresses.find((address) => !isProxyAddress(address));
  if (wrong !== undefined) {
    throw new ConfigError(
      'TRUST_PROXY',
      `must be true, false, a number of proxies, or addresses and networks; not "${wrong}"`,
    );
  }
  return addresses;
}

function isProxyAddress(address: string): boolean {
  const names = ['loopback', 'linklocal', 'uniquelocal'];
  if (names.includes(address)) return true;
  const v4 = /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/;
  const v6 = /^[\da-f]*:[\da-f:.]*(\/\d{1,3})?$/i;
  return v4.test(address) || v6.test(address);
}

function readLogLevel(env: Environment): LogLevel {
  const value = given(env, 'LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((known) => known === value);
  if (level === undefined) {
    throw new ConfigError('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}; not "${value}"`);
  }
  return level;
}

function readLimits(env: Environment): boolean {
  const value = given(env, 'LIMITS') ?? 'on';
  if (value !== 'on' && value !== 'off') {
    throw new ConfigError('LIMITS', `must be on or off, not "${value}"`);
  }
  return value === 'on';
}
