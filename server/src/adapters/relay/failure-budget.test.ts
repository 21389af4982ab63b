import { expect, it } from 'vitest';
import { createFailureBudget } from './failure-budget.ts';

it('[R10] an address that fails too often is refused until the next window, others are not', () => {
  let now = 1_000;
  const budget = createFailureBudget({ limit: 3, windowMs: 60_000 }, () => now);
  for (let i = 0; i < 3; i += 1) {
    expect(budget.isSpent('a')).toBe(false);
    budget.record('a');
  }
  expect(budget.isSpent('a')).toBe(true);
  expect(budget.isSpent('b')).toBe(false);
  now += 60_000;
  expect(budget.isSpent('a')).toBe(false);
});
