import { describe, expect, it } from 'vitest';
import { memoryCounters } from '../attempts.ts';
import { createSignInLimits } from './sign-in-limits.ts';

const clock = { now: () => 1_000_000 };

/** How many wrong attempts are let through before one is refused; at most 1,000. */
async function letThrough(
  attempt: (n: number) => { email: string; address: string },
): Promise<number> {
  const limits = createSignInLimits(memoryCounters(clock), true);
  for (let n = 0; n < 1_000; n += 1) if ((await limits.beginSignIn(attempt(n))) !== null) return n;
  return 1_000;
}

describe('limits of signing in', () => {
  it('[S7] are per account and address, per account, and per address', async () => {
    expect(await letThrough(() => ({ email: 'a@b', address: '10.0.0.1' }))).toBe(10);
    expect(await letThrough((n) => ({ email: 'a@b', address: `10.0.0.${n}` }))).toBe(50);
    expect(await letThrough((n) => ({ email: `${n}@b`, address: '10.0.0.1' }))).toBe(200);
    const inOneNetwork = (n: number) => `2001:db8:1:2::${n.toString(16)}`;
    expect(await letThrough((n) => ({ email: `${n}@b`, address: inOneNetwork(n) }))).toBe(200);
    expect(await letThrough((n) => ({ email: n % 2 === 0 ? 'a@b' : ' A@B', address: 'x' }))).toBe(
      10,
    );
  });

  it('[S7] attempts that succeed do not count', async () => {
    const limits = createSignInLimits(memoryCounters(clock), true);
    const attempt = { email: 'a@b', address: '10.0.0.1' };
    for (let n = 0; n < 500; n += 1) {
      expect(await limits.beginSignIn(attempt)).toBeNull();
      await limits.signedIn(attempt);
    }
  });

  it('[S7] are lifted with LIMITS=off', async () => {
    const limits = createSignInLimits(memoryCounters(clock), false);
    const attempt = { email: 'a@b', address: '10.0.0.1' };
    const refused = await Promise.all(
      Array.from({ length: 500 }, () => limits.beginSignIn(attempt)),
    );
    expect(refused.every((wait) => wait === null)).toBe(true);
    expect(await limits.beginReset(attempt)).toBe('allowed');
  });

  it('[S5] more resets of an account than three are silent, so that nobody learns that it exists', async () => {
    const limits = createSignInLimits(memoryCounters(clock), true);
    const ask = (email: string) => limits.beginReset({ email, address: '10.0.0.1' });
    expect(await Promise.all([1, 2, 3, 4].map(() => ask('a@b')))).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'silent',
    ]);
    const others = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(`${n}@b`)));
    expect(others.filter((verdict) => verdict === 'allowed')).toHaveLength(26);
    expect(others.at(-1)).toBe('refused');
  });
});
