import type { FastifyBaseLogger } from 'fastify';
import { placesOf } from '../domain/access/places.ts';
import { liveCredentials } from '../domain/sign-in/live-credentials.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { NewsHub } from '../news-hub.ts';
import type { OpenCredentials } from './open-credentials.ts';

/** How often open connections are held against SQL: what ended is closed within 5 s. */
const CHECK_EVERY_MS = 3_000;

/** What the checks work with. */
export interface StandingCheckOptions {
  readonly workspace: Workspace;
  readonly news: NewsHub;
  readonly credentials: OpenCredentials;
  readonly logger: FastifyBaseLogger;
  /** People who watch something here. */
  readonly watchers: {
    people(): ReadonlySet<string>;
    /** They are looked at for the first time: something may have changed since they came. */
    check(personId: string): void;
    /** Their place in an activity has changed unheard. */
    placeChanged(personId: string): void;
  };
}

/**
 * Holds open connections against SQL every few seconds, a few statements for all of them: sessions
 * and tokens that ended (also by time, or by a command beside the server) are closed, and whoever's
 * place in an activity changed has their watches checked. News makes it faster; nothing depends on
 * it. Returns the function that stops it and resolves when the round under way is over.
 */
export function startStandingChecks(options: StandingCheckOptions): () => Promise<void> {
  const { workspace, news, credentials, logger, watchers } = options;
  let places: ReadonlyMap<string, string> = new Map();
  let known: ReadonlySet<string> = new Set();
  let underWay: Promise<void> | null = null;

  const checkCredentials = async (): Promise<void> => {
    const open = credentials.entries();
    if (open.size === 0) return;
    const live = await liveCredentials(workspace, [...open.keys()]);
    for (const [id, personId] of open) {
      if (!live.has(id)) news.tellHere({ type: 'sessions-ended', personId, sessionIds: [id] });
    }
  };

  const checkPlaces = async (): Promise<void> => {
    const people = watchers.people();
    const now =
      people.size === 0 ? new Map<string, string>() : await placesOf(workspace, [...people]);
    for (const personId of people) {
      if (!known.has(personId)) watchers.check(personId);
      else if (places.get(personId) !== now.get(personId)) watchers.placeChanged(personId);
    }
    places = now;
    known = people;
  };

  const timer = setInterval(() => {
    underWay ??= checkCredentials()
      .then(checkPlaces)
      .catch((error: unknown) => logger.warn({ err: error }, 'open connections were not checked'))
      .finally(() => {
        underWay = null;
      });
  }, CHECK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
