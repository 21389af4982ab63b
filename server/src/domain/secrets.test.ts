import { describe, expect, it } from 'vitest';
import { drawSecret, hashSecret, newId } from './secrets.ts';

describe('identifiers', () => {
  it('are version 7, unique, and sort in the order of their making', () => {
    const ids = Array.from({ length: 3_000 }, () => newId());
    expect(
      ids.every((id) =>
        /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id),
      ),
    ).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('secrets', () => {
  it('[S3] have 256 bits, and only their hash is looked up', () => {
    const { secret, hash } = drawSecret();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(hash).toBe(hashSecret(secret));
    expect(Buffer.from(hash, 'base64url')).toHaveLength(32);
    expect(drawSecret().secret).not.toBe(secret);
  });
});
