import { Email, PersonName } from '@plenary/protocol';
import { Value } from 'typebox/value';
import type { Config } from '../config.ts';
import { createTokenByOperator, createUserByOperator } from '../domain/operator.ts';
import type { Result } from '../domain/result.ts';
import { CommandError, UsageError, type Print } from './command-error.ts';
import { withWorkspace } from './open-workspace.ts';

/** `user create`: prints the one-time sign-in link last. */
export async function createUser(
  config: Config,
  input: { readonly email: string; readonly name: string; readonly isAdministrator: boolean },
  print: Print,
): Promise<void> {
  checkEmail(input.email);
  if (!Value.Check(PersonName, input.name)) throw new UsageError('--name: this is not a name');
  const link = unwrap(await withWorkspace(config, (ws) => createUserByOperator(ws, input)));
  print(link.isNew ? `Created ${input.email}.` : `${input.email} exists already; a new link:`);
  print(`Opens once, until ${new Date(link.expiresAt).toISOString()}:`);
  print(link.url);
}

/** `token create`: the token is the last line. */
export async function createToken(
  config: Config,
  input: { readonly email: string; readonly label?: string },
  print: Print,
): Promise<void> {
  checkEmail(input.email);
  const issued = unwrap(await withWorkspace(config, (ws) => createTokenByOperator(ws, input)));
  print(`A token for ${input.email}; it is shown this once:`);
  print(issued.token);
}

function checkEmail(email: string): void {
  if (!Value.Check(Email, email)) throw new UsageError('--email: this is not an address');
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new CommandError(result.detail ?? result.code);
}
