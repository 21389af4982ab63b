import { describe, expect, it } from 'vitest';
import { createAttemptCounter } from './attempts.ts';

function counterAt(start: number) {
  let now = start;
  const counter = createAttemptCounter({ now: () => now }, 1_000);
  return {
    counter,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('the attempt counter', () => {
  it('counts from the beginning of an attempt, so that many at once cannot slip through', () => {
    const { counter } = counterAt(0);
    const quota = [{ key: 'a', limit: 2 }];
    expect([1, 2, 3].map(() => counter.begin(quota))).toEqual([true, true, false]);
    expect(counter.begin([{ key: 'b', limit: 2 }])).toBe(true);
  });

  it('counts nothing when one of several quotas is used up', () => {
    const { counter } = counterAt(0);
    const both = [
      { key: 'narrow', limit: 1 },
      { key: 'wide', limit: 2 },
    ];
    expect([counter.begin(both), counter.begin(both)]).toEqual([true, false]);
    expect(counter.begin([{ key: 'wide', limit: 2 }])).toBe(true);
  });

  it('gives back what succeeded, and never more than was counted', () => {
    const { counter } = counterAt(0);
    const quota = [{ key: 'a', limit: 1 }];
    counter.forgive(quota);
    expect(counter.begin(quota)).toBe(true);
    counter.forgive(quota);
    counter.forgive(quota);
    expect([counter.begin(quota), counter.begin(quota)]).toEqual([true, false]);
  });

  it('begins anew with each window and says how long that takes', () => {
    const { counter, pass } = counterAt(5_000);
    const quota = [{ key: 'a', limit: 1 }];
    counter.begin(quota);
    expect(counter.begin(quota)).toBe(false);
    expect(counter.secondsLeft()).toBe(1);
    pass(1_000);
    expect(counter.begin(quota)).toBe(true);
  });
});
