import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { isStorageRefusal } from './adapters/sql/storage-refusal.ts';
import { build } from './app.ts';
import type { Config } from './config.ts';
import { takeDataFolder } from './data-folder.ts';
import { issueSetUpLink } from './domain/sign-in/links.ts';
import type { Workspace } from './domain/workspace.ts';
import { openServices, type Services } from './services.ts';

/** Where `npm start` builds the web application. */
const WEB_ROOT = fileURLToPath(new URL('../../web/build', import.meta.url));

/** How long a stop spreads the closing of sockets, so that their clients do not come back as one. */
const DRAIN_MS = 2_000;

/** The server cannot listen; the message is one line for the operator. */
export class ListenError extends Error {}

/** A server that listens. */
export interface RunningServer {
  /** Address it listens at, such as `http://127.0.0.1:3000`. */
  readonly address: string;
  /** Stops accepting, drains sockets, stores what is under way, gives the data folder back. */
  stop(): Promise<void>;
}

/** What a start needs beside its configuration. */
export interface StartOptions {
  readonly logger: FastifyBaseLogger;
  readonly withSample: boolean;
  /** Takes lines for the person who started the server. */
  readonly print: (line: string) => void;
  readonly onFatal: (error: Error) => void;
}

/**
 * Takes the data folder, brings the database to this version, listens, and prints where and, on the
 * first run, the link to set up the first administrator. Throws a `DataFolderError` or a
 * `ListenError` for what the operator can put right; nothing is left open then.
 */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const folder = takeDataFolder(config.dataDir, { writesPid: true });
  const closers: (() => Promise<void> | void)[] = [() => folder.release()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const services = await openServices(config, options);
    closers.push(() => services.close());
    const app = await build({ config, services, logger: options.logger, webRoot: WEB_ROOT });
    closers.push(() => app.close());
    const address = await listen(app, config);
    services.setAddress(config.publicUrl ?? address);
    await greet(services, config.publicUrl ?? address, options);
    void services.warmUp();
    return {
      address,
      async stop() {
        const { collabSockets } = app;
        collabSockets.refuseNew();
        await services.relay.drain({ overMs: collabSockets.count === 0 ? 0 : DRAIN_MS });
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    switch (code) {
      case 'EADDRINUSE':
        throw new ListenError(`PORT: ${port} on ${host} is in use by another program`, {
          cause: error,
        });
      case 'EACCES':
        throw new ListenError(`PORT: this account may not listen at ${port}`, { cause: error });
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        throw new ListenError(`HOST: this machine has no address ${host}`, { cause: error });
      default:
        throw error;
    }
  }
  const bound = app.server.address() as AddressInfo; // a TCP server that listens has one
  const isAny = bound.address === '::' || bound.address === '0.0.0.0';
  const name = isAny ? '127.0.0.1' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `http://${name}:${bound.port}`;
}

async function greet(services: Services, address: string, options: StartOptions): Promise<void> {
  const { workspace } = services;
  options.print(`Plenary is at ${address}`);
  await offerSetUp(workspace, options);
  if (!options.withSample) return;
  // Loaded where it is asked for: nobody else's start waits for it.
  const [{ loadSample }, { readSample }] = await Promise.all([
    import('./domain/sample.ts'),
    import('./sample/sample.ts'),
  ]);
  const signIns = await loadSample(workspace, services.log, readSample());
  options.print('The sample is there. Each of these links signs in once, as:');
  for (const { name, url } of signIns) options.print(`${name}: ${url}`);
}

async function offerSetUp(workspace: Workspace, options: StartOptions): Promise<void> {
  try {
    const setUp = await issueSetUpLink(workspace);
    if (setUp === null) return;
    options.print('Nobody can sign in yet. Set up the first administrator (the link works once):');
    options.print(setUp.url);
  } catch (error) {
    // With a full disk people can still read: that is worth serving.
    if (!isStorageRefusal(error)) throw error;
    options.logger.error({ err: error }, 'nothing can be stored: make room on the disk');
  }
}
