import { PASSWORD_MIN_LENGTH } from '@plenary/protocol';
import { expect, it } from 'vitest';
import { PASSWORD_MIN } from './password.ts';

it('asks for passwords as long as the server takes', () => {
  expect(PASSWORD_MIN).toBe(PASSWORD_MIN_LENGTH);
});
