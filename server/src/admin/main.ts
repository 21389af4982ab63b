/** `npm run admin -- …`: the operator's commands. */
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config.ts';
import { DataFolderError } from '../data-folder.ts';
import { CommandError, UsageError, type Print } from './command-error.ts';
import { USAGE } from './usage.ts';

const print: Print = (line: string): void => void process.stdout.write(`${line}\n`);

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
  // Each command is loaded when it is asked for: the rest of the server is not.
  switch (command) {
    case 'user create': {
      refuseMore(rest);
      const email = required('--email', values.email);
      const name = required('--name', values.name);
      const { createUser } = await import('./people.ts');
      return createUser(config, { email, name, isAdministrator: values.admin }, print);
    }
    case 'token create': {
      refuseMore(rest);
      const email = required('--email', values.email);
      const label = values.label === undefined ? {} : { label: values.label };
      const { createToken } = await import('./people.ts');
      return createToken(config, { email, ...label }, print);
    }
    case 'backup': {
      refuseMore(rest);
      const file = required('FILE', second);
      const { backup } = await import('./backup.ts');
      return backup(config, file, print);
    }
    case 'restore': {
      refuseMore(rest);
      const file = required('FILE', second);
      const { restore } = await import('./restore.ts');
      return restore(config, file, { isForced: values.force, print });
    }
    case 'migrate': {
      refuseMore(positionals.slice(1));
      const { migrateStore } = await import('./migrate-store.ts');
      return migrateStore(config, print);
    }
    default:
      throw new UsageError(`there is no command "${positionals.join(' ')}"`);
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`${name} is missing`);
  return value;
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
