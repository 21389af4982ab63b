import { parseArgs } from 'node:util';
import { pino, type Logger } from 'pino';
import { ConfigError, readConfig, type Config } from './config.ts';
import { DataFolderError } from './data-folder.ts';
import { ListenError, startServer, type RunningServer } from './start-server.ts';

/** Longest time a stop may take before it is cut short. */
const STOP_LIMIT_MS = 20_000;

/** Names of the signals that stop the server. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

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

/** Stops the server at a signal; at one that comes during the start, as soon as it has started. */
async function stopAtSignal(starting: Promise<RunningServer>, logger: Logger): Promise<never> {
  const { promise: signalled, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const name of STOP_SIGNALS) process.once(name, resolve);
  const server = await starting;
  const signal = await signalled;
  // The second signal finds no handler any more and ends the process at once.
  for (const name of STOP_SIGNALS) process.off(name, resolve);
  logger.info({ signal }, 'stopping');
  setTimeout(() => {
    logger.error('the stop took too long');
    process.exit(1);
  }, STOP_LIMIT_MS).unref();
  try {
    await server.stop();
    process.exit(0);
  } catch (error) {
    logger.fatal({ err: error }, 'the stop failed');
    process.exit(1);
  }
}

/**
 * Runs the server until a signal stops it; what keeps it from starting is told in one line and ends
 * the process with 1.
 */
export async function serve(): Promise<void> {
  try {
    const { config, withSample } = readOptions();
    // Standard output is for people and scripts; the log goes to standard error.
    const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
    const onFatal = (error: Error): void => {
      logger.fatal({ err: error }, 'the server cannot go on');
      process.exit(1);
    };
    await stopAtSignal(startServer(config, { logger, withSample, print, onFatal }), logger);
  } catch (error) {
    process.stderr.write(`Plenary cannot start: ${describe(error)}\n`);
    process.exit(1);
  }
}
