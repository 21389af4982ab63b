/** `npm start`: reads the configuration, serves, and stops gracefully. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ConfigError, readConfig, type Config } from './config.ts';
import { DataFolderError } from './data-folder.ts';
import { ListenError, startServer } from './start-server.ts';

/** Longest time a stop may take before it is cut short. */
const STOP_LIMIT_MS = 20_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function readOptions(): { readonly config: Config; readonly withSample: boolean } {
  const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false } } });
  return { config: readConfig(process.env), withSample: values.sample };
}

/** One line for what an operator can put right; all of it for what nobody foresaw. */
function describe(error: unknown): string {
  const isExpected =
    error instanceof ConfigError ||
    error instanceof DataFolderError ||
    error instanceof ListenError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_'));
  if (isExpected) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  const { config, withSample } = readOptions();
  // Standard output is for people and scripts; the log goes to standard error.
  const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const server = await startServer(config, {
    logger,
    withSample,
    print,
    onFatal(error) {
      logger.fatal({ err: error }, 'the server cannot go on');
      process.exit(1);
    },
  });

  const stop = (signal: NodeJS.Signals): void => {
    // The second signal finds no handler any more and ends the process at once.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('the stop took too long');
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
} catch (error) {
  process.stderr.write(`Plenary cannot start: ${describe(error)}\n`);
  process.exit(1);
}
