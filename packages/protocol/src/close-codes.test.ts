import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, isRetryable } from './close-codes.ts';

const specification = readFileSync(new URL('../../../docs/spec/wire.md', import.meta.url), 'utf8');

describe('close codes', () => {
  it('[W35] the table of the specification is the table of the code', () => {
    const rows = [...specification.matchAll(/^\| (\d{4}) \| (\w+) \| (.+) \| (yes|no) \|$/gm)];
    const written = rows.map(([, code, name, text, retry]) => ({ code, name, text, retry }));
    const real = Object.entries(CLOSE_CODES).map(([name, { code, text }]) => ({
      code: String(code),
      name,
      text,
      retry: isRetryable(code) ? 'yes' : 'no',
    }));
    const byCode = (one: { code: string | undefined }, other: { code: string | undefined }) =>
      Number(one.code) - Number(other.code);
    expect(written.sort(byCode)).toEqual(real.sort(byCode));
  });

  it('[W35] no two reasons share a code', () => {
    const codes = Object.values(CLOSE_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('[W36] 4400 to 4499 are permanent, all others may be retried', () => {
    for (const code of [4400, 4401, 4450, 4499]) expect(isRetryable(code)).toBe(false);
    for (const code of [1000, 1001, 1006, 1009, 1012, 4399, 4500, 4999]) {
      expect(isRetryable(code)).toBe(true);
    }
  });
});
