import { describe, expect, it } from 'vitest';
import { PROBLEMS, problem } from './problems.ts';

describe('problems', () => {
  it('carry status and title of their code, and what happened', () => {
    expect(problem('not_found')).toEqual({
      type: 'urn:plenary:problem:not_found',
      title: PROBLEMS.not_found.title,
      status: 404,
      code: 'not_found',
    });
    expect(problem('rate_limited', { retryAfter: 3 })).toMatchObject({
      status: 429,
      retryAfter: 3,
    });
  });

  it('are errors, each with words of its own', () => {
    const rows = Object.values(PROBLEMS);
    expect(rows.every(({ status }) => status >= 400 && status < 600)).toBe(true);
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  });
});
