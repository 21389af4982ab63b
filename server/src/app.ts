import cookie from '@fastify/cookie';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { createAddressOf, createProxyTrust } from './adapters/relay/caller-address.ts';
import { createCollabSockets, type CollabSockets } from './adapters/relay/collab-upgrade.ts';
import { ConnectionStories } from './adapters/relay/connection-stories.ts';
import { redisCounters } from './adapters/redis/redis-counters.ts';
import type { Config } from './config.ts';
import { memoryCounters } from './domain/attempts.ts';
import { createUpgradeAuthenticator } from './plugins/authenticate-upgrade.ts';
import { authentication } from './plugins/authentication.ts';
import { health } from './plugins/health.ts';
import { metrics } from './plugins/metrics.ts';
import { notDue } from './plugins/not-due.ts';
import { createOpenCredentials, watchCredentials } from './plugins/open-credentials.ts';
import { openApi } from './plugins/openapi.ts';
import { polling } from './plugins/polling.ts';
import { outbox } from './plugins/outbox.ts';
import { problems, sendProblem, toProblem } from './plugins/problems.ts';
import { apiRateLimit } from './plugins/rate-limit.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import { createUpgradeListener, pathOf } from './plugins/upgrade.ts';
import { readPage, webApp } from './plugins/web-app.ts';
import { createWorkspaceSockets } from './plugins/workspace-sockets.ts';
import { apiRoutes } from './routes/index.ts';
import type { Services } from './services.ts';
import { VERSION } from './version.ts';

/**
 * Largest JSON body: ten times the longest that is meant, a reviewer's 200 documents. Files come as
 * multipart, text through the relay; a megabyte of brackets would keep the thread busy for 0.1 s.
 */
const MAX_BODY_BYTES = 128 * 1024;

/** Time a client has for its whole request, and for its headers; slow ones hold nothing up. */
const REQUEST_TIMEOUT_MS = 120_000;

declare module 'fastify' {
  interface FastifyInstance {
    /** The collab sockets of this server. */
    readonly collabSockets: CollabSockets;
  }
}

/** What an application is built from. */
export interface BuildOptions {
  readonly config: Pick<Config, 'publicUrl' | 'trustProxy' | 'redisUrl' | 'hasLimits'>;
  readonly services: Services;
  readonly logger: FastifyBaseLogger;
  /** Folder of the built web application; null, or a folder without a build, serves none. */
  readonly webRoot: string | null;
}

/**
 * Builds the HTTP application with its sockets: no listening, no environment. Closing it ends its
 * sockets and leaves the services to whoever opened them.
 */
export async function build(options: BuildOptions): Promise<FastifyInstance> {
  const { config, services, logger } = options;
  const { workspace } = services;
  const page = options.webRoot === null ? null : await readPage(options.webRoot);
  if (page === null) logger.warn('the web application has not been built: serving the API alone');

  const trust = createProxyTrust(config.trustProxy);
  const app = Fastify({
    loggerInstance: logger,
    // One line a request is written by the hook below: Fastify's would show tickets in addresses.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trust,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 320 },
    forceCloseConnections: 'idle',
    // What has no route yet, such as an address that cannot be decoded.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toProblem(error)),
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip } = request;
    const line = { method, path: pathOf(request.raw), status: reply.statusCode, ip };
    request.log.debug({ ...line, ms: Math.round(reply.elapsedTime) }, 'answered');
  });

  const isHttps = config.publicUrl?.startsWith('https:') ?? false;
  await app.register(problems);
  await app.register(securityHeaders, { page, isHttps });
  await app.register(apiRateLimit, { hasLimits: config.hasLimits });
  await app.register(cookie);
  await app.register(authentication, { workspace });
  await app.register(openApi, { version: VERSION });
  const stories = new ConnectionStories(logger);
  await app.register(metrics, { services, stories });

  const credentials = createOpenCredentials();
  const relay = watchCredentials(services.relay, credentials);
  const collabSockets = createCollabSockets({
    relay,
    authenticate: createUpgradeAuthenticator(workspace),
    addressOf: createAddressOf(trust),
    hasLimits: config.hasLimits,
    stories,
    logger,
  });
  app.decorate('collabSockets', collabSockets);
  const { link } = services;
  const { redisUrl } = config;
  const workspaceSockets = createWorkspaceSockets({
    workspace,
    news: services.news,
    logger,
    relay,
    stories,
    credentials,
    cluster: link === null || redisUrl === null ? null : { link, url: redisUrl },
  });
  app.addHook('preClose', async () => {
    collabSockets.close();
    await workspaceSockets.close();
  });

  await app.register(health, {
    checkDatabase: services.checkDatabase,
    isServing: () => collabSockets.isOpen,
    isLinked: () => link?.isUp ?? null,
  });
  await app.register(apiRoutes, {
    prefix: '/api/v1',
    workspace,
    hasLimits: config.hasLimits,
    openCounter:
      link === null ? memoryCounters(workspace.clock) : redisCounters(link, workspace.clock),
  });
  const { mailTransport: transport } = services;
  if (transport !== null) {
    await app.register(outbox, { workspace, news: services.news, transport });
  }
  await app.register(polling, {
    handleRequest: (request, response) => workspaceSockets.handleRequest(request, response),
  });
  await app.register(notDue);
  await app.register(webApp, { webRoot: page === null ? null : options.webRoot });

  app.server.on(
    'upgrade',
    createUpgradeListener({ collab: collabSockets, socketIo: workspaceSockets }, logger),
  );
  return app;
}
