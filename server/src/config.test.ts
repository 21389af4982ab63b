import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

describe('readConfig', () => {
  it('serves this machine alone when nothing is given', () => {
    const { dataDir, ...rest } = readConfig({});
    expect(isAbsolute(dataDir)).toBe(true);
    expect(rest).toEqual({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: null,
      publicUrl: null,
      smtpUrl: null,
      redisUrl: null,
      trustProxy: false,
      logLevel: 'info',
      hasLimits: true,
    });
  });

  it('treats an empty variable as absent', () => {
    expect(readConfig({ PORT: '', SMTP_URL: ' ', OIDC_ISSUER: '' }).port).toBe(3000);
  });

  it('takes the values it is given', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::',
      DATA_DIR: '/var/lib/plenary',
      DATABASE_URL: 'postgres://plenary:secret@db.example.org/plenary?sslmode=verify-full',
      PUBLIC_URL: 'https://plenary.example.org/',
      SMTP_URL: 'smtp://user:secret@mail.example.org:587',
      REDIS_URL: 'rediss://:secret@redis.example.org:6380/2',
      TRUST_PROXY: '127.0.0.1, fd00::/8',
      LOG_LEVEL: 'debug',
      LIMITS: 'off',
    });
    expect(config).toEqual({
      port: 0,
      host: '::',
      dataDir: '/var/lib/plenary',
      databaseUrl: 'postgres://plenary:secret@db.example.org/plenary?sslmode=verify-full',
      publicUrl: 'https://plenary.example.org',
      smtpUrl: 'smtp://user:secret@mail.example.org:587',
      redisUrl: 'rediss://:secret@redis.example.org:6380/2',
      trustProxy: ['127.0.0.1', 'fd00::/8'],
      logLevel: 'debug',
      hasLimits: false,
    });
  });

  it.each([
    ['true', true],
    ['false', false],
    ['2', 2],
    ['loopback', ['loopback']],
  ])('understands TRUST_PROXY=%s', (value, expected) => {
    expect(readConfig({ TRUST_PROXY: value }).trustProxy).toEqual(expected);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['HOST', 'two words'],
    ['PUBLIC_URL', 'plenary.example.org'],
    ['PUBLIC_URL', 'ftp://example.org'],
    ['PUBLIC_URL', 'https://example.org/plenary'],
    ['SMTP_URL', 'mail.example.org:25'],
    ['TRUST_PROXY', 'my-proxy'],
    ['LOG_LEVEL', 'loud'],
    ['LIMITS', 'none'],
    ['DATABASE_URL', 'mysql://localhost/plenary'],
    ['DATABASE_URL', 'postgres://localhost'],
    ['DATABASE_URL', 'postgres:///plenary'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis://localhost/plenary'],
    ['S3_URL', 's3://bucket'],
    ['OIDC_ISSUER', 'https://id.example.org'],
  ])('refuses %s=%s in one line that names it', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name}: [^\n]+$`));
  });

  it('does not repeat an address that may hold a password', () => {
    for (const name of ['SMTP_URL', 'DATABASE_URL', 'REDIS_URL']) {
      expect(() => readConfig({ [name]: 'http://user:secret@host' })).toThrow(name);
      expect(() => readConfig({ [name]: 'http://user:secret@host' })).not.toThrow(/secret/);
    }
  });
});
