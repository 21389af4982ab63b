import { afterEach, expect, it, vi } from 'vitest';
import { forgetLinkToken, linkToken } from './link-token.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

it('keeps the secret for a reload of the same tab, until it is forgotten', () => {
  expect(linkToken({ hash: '' })).toBeNull();
  expect(linkToken({ hash: '#first' })).toBe('first');
  expect(linkToken({ hash: '' })).toBe('first');
  expect(linkToken({ hash: '#second' })).toBe('second');
  expect(linkToken({ hash: '' })).toBe('second');
  forgetLinkToken();
  expect(linkToken({ hash: '' })).toBeNull();
});

it('reads the address alone where storage is switched off', () => {
  vi.stubGlobal('sessionStorage', undefined);
  expect(linkToken({ hash: '#first' })).toBe('first');
  expect(linkToken({ hash: '' })).toBeNull();
  expect(() => forgetLinkToken()).not.toThrow();
});
