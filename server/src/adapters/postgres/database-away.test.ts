import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { DatabaseAwayError, toOurError } from './database-away.ts';

function fromServer(code: string): DatabaseError {
  const error = new DatabaseError('something', 10, 'error');
  return Object.assign(error, { code, detail: 'Failing row contains (a secret of the house).' });
}

describe('an error of pg', () => {
  it.each([
    fromServer('57P01'),
    fromServer('57P03'),
    fromServer('53300'),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
  ])('%s says that the database is away', (error) => {
    expect(toOurError(error)).toBeInstanceOf(DatabaseAwayError);
    expect(toOurError(error)).toMatchObject({ code: 'DATABASE_AWAY', cause: error });
  });

  it('of another kind stays what it is, without the values of rows', () => {
    const error = fromServer('23505');
    expect(toOurError(error)).toBe(error);
    expect(JSON.stringify(error)).not.toContain('secret');
    const mistake = new TypeError('x is not a function');
    expect(toOurError(mistake)).toBe(mistake);
  });
});
