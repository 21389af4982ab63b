/** `npm run admin -- …`: the operator's commands. */
import { parseArgs } from 'node:util';
import { Email, PersonName } from '@plenary/protocol';
import { Value } from 'typebox/value';
import { ConfigError, readConfig } from '../config.ts';
import { DataFolderError } from '../data-folder.ts';
import { backup } from './backup.ts';
import { CommandError } from './command-error.ts';
import { migrateFolder } from './migrate-folder.ts';
import { createToken, createUser } from './people.ts';
import { restore } from './restore.ts';
import { USAGE } from './usage.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The command line cannot be understood. */
class UsageError extends Error {}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        email: { type: 'string' },
        name: { type: 'string' },
        label: { type: 'string' },
        admin: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help || positionals.length === 0) {
    process.stdout.write(USAGE);
    return;
  }
  const [first, second, ...rest] = positionals;
  const hasTwoWords = first === 'user' || first === 'token';
  const command = hasTwoWords ? `${first} ${second ?? ''}` : String(first);
  const config = readConfig(process.env);
  switch (command) {
    case 'user create': {
      refuseMore(rest);
      const name = required('--name', values.name);
      if (!Value.Check(PersonName, name)) throw new UsageError('--name: this is not a name');
      const input = { email: emailOf(values.email), name, isAdministrator: values.admin };
      return createUser(config, input, print);
    }
    case 'token create': {
      refuseMore(rest);
      const label = values.label === undefined ? {} : { label: values.label };
      return createToken(config, { email: emailOf(values.email), ...label }, print);
    }
    case 'backup':
      refuseMore(rest);
      return backup(config.dataDir, required('FILE', second), print);
    case 'restore':
      refuseMore(rest);
      return restore(config.dataDir, required('FILE', second), { isForced: values.force, print });
    case 'migrate':
      refuseMore(positionals.slice(1));
      return migrateFolder(config.dataDir, print);
    default:
      throw new UsageError(`there is no command "${positionals.join(' ')}"`);
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`${name} is missing`);
  return value;
}

function emailOf(value: string | undefined): string {
  const email = required('--email', value);
  if (!Value.Check(Email, email)) throw new UsageError('--email: this is not an address');
  return email;
}

function refuseMore(rest: readonly string[]): void {
  if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is one word too many`);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}; see npm run admin -- --help\n`);
    process.exitCode = 2;
  } else if (
    error instanceof CommandError ||
    error instanceof DataFolderError ||
    error instanceof ConfigError
  ) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
