import fastifyPlugin from 'fastify-plugin';

/** How long a check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/** What readiness depends on. */
export interface HealthOptions {
  /** Resolves when the database answers; rejects when it does not. */
  readonly checkDatabase: () => Promise<unknown>;
  /** False from the moment the server begins to stop. */
  readonly isServing: () => boolean;
  /** Whether Redis is there; null without one. A node without it serves all the same. */
  readonly isLinked: () => boolean | null;
}

/**
 * `GET /healthz`: the process runs. `GET /readyz`: it can do its work, else 503; a load balancer
 * sends nobody here while it stops.
 */
export const health = fastifyPlugin(
  async (app, { checkDatabase, isServing, isLinked }: HealthOptions) => {
    const options = {
      logLevel: 'warn',
      schema: { hide: true },
      config: { access: 'public' },
    } as const;
    app.get('/healthz', options, async () => ({ status: 'ok' }));
    app.get('/readyz', options, async (_request, reply) => {
      const database = await answers(checkDatabase());
      const isReady = database && isServing();
      const redis = isLinked();
      return reply
        .code(isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({
          status: isReady ? 'ok' : 'unavailable',
          checks: {
            database: database ? 'ok' : 'failing',
            serving: isServing() ? 'ok' : 'stopping',
            ...(redis === null ? {} : { redis: redis ? 'ok' : 'away' }),
          },
        });
    });
  },
  { name: 'health' },
);

async function answers(check: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  try {
    return await Promise.race([check.then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
