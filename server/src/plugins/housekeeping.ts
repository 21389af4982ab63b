import fastifyPlugin from 'fastify-plugin';
import { endReviews, removeExpired } from '../domain/housekeeping.ts';
import type { Workspace } from '../domain/workspace.ts';

/** How often invitations that ended are looked for: how late a reviewer's open window may close. */
const REVIEWS_EVERY_MS = 5_000;

/** How often what has expired is removed; it has no effect any more before that. */
const EXPIRED_EVERY_MS = 600_000;

/** Does what time asks for. Rounds never overlap; closing waits for the one under way. */
export const housekeeping = fastifyPlugin(
  async (app, { workspace }: { readonly workspace: Workspace }) => {
    let since = workspace.clock.now();
    let underWay: Promise<void> | null = null;

    const once = (work: () => Promise<void>): void => {
      underWay ??= work()
        .catch((error: unknown) => app.log.error({ err: error }, 'housekeeping failed'))
        .finally(() => {
          underWay = null;
        });
    };
    const timers = [
      setInterval(
        () =>
          once(async () => {
            since = await endReviews(workspace, since);
          }),
        REVIEWS_EVERY_MS,
      ),
      setInterval(() => once(() => removeExpired(workspace)), EXPIRED_EVERY_MS),
    ];
    app.addHook('onClose', async () => {
      for (const timer of timers) clearInterval(timer);
      await underWay;
    });
  },
  { name: 'housekeeping' },
);
