import type { FastifyPluginAsync } from 'fastify';
import type { OpenCounter } from '../domain/attempts.ts';
import type { Workspace } from '../domain/workspace.ts';
import { housekeeping } from '../plugins/housekeeping.ts';
import { quotas } from '../plugins/quotas.ts';
import { accountRoutes } from './account-routes.ts';
import { activityRoutes } from './activity-routes.ts';
import { administrationRoutes } from './administration-routes.ts';
import { chapterRoutes } from './chapter-routes.ts';
import { documentRoutes } from './document-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { sessionRoutes } from './session-routes.ts';

/** What the API's routes work with. */
export interface ApiOptions {
  readonly workspace: Workspace;
  /** Whether quotas per person and address apply. */
  readonly hasLimits: boolean;
  /** Where attempts are counted: shared by all nodes, or in this one's memory. */
  readonly openCounter: OpenCounter;
}

/**
 * The whole API; register it with the prefix `/api/v1`, after the plugins `authentication`,
 * `problems` and `@fastify/cookie`.
 */
export const apiRoutes: FastifyPluginAsync<ApiOptions> = async (app, given) => {
  // Without the prefix, which would be added again.
  const { workspace, hasLimits, openCounter } = given;
  const options = { workspace, hasLimits, openCounter };
  // Answers depend on who asks and on the moment: nothing in between may keep them.
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  await app.register(housekeeping, options);
  if (hasLimits) await app.register(quotas, { openCounter });
  await app.register(sessionRoutes, options);
  await app.register(accountRoutes, options);
  await app.register(activityRoutes, options);
  await app.register(documentRoutes, options);
  await app.register(chapterRoutes, options);
  await app.register(fileRoutes, options);
  await app.register(exportRoutes, options);
  await app.register(administrationRoutes, options);
};
