import { createRelay, type Relay, type RelayLimits, type UpdateLog } from '@plenary/relay';
import type { FastifyBaseLogger } from 'fastify';
import { systemClock } from './adapters/relay/system-clock.ts';
import type { RedisLink } from './adapters/redis/redis-link.ts';
import { createWorkerMerger } from './adapters/relay/worker-merger.ts';
import type { Config } from './config.ts';
import { createChapterAuthority } from './domain/chapter-authority.ts';
import type { MailTransport } from './domain/ports.ts';
import type { Workspace } from './domain/workspace.ts';
import type { NewsHub } from './news-hub.ts';
import { openNews } from './open-news.ts';
import { openStorage, type QueueDepths } from './open-storage.ts';
import { createRelayTimes, type RelayTimes } from './relay-times.ts';

/** With `LIMITS=off` nobody is slowed down; the bounds on sizes stay (R10). */
const UNLIMITED_RATES: Partial<RelayLimits> = {
  messagesPerSecond: 1_000_000,
  messageBurst: 1_000_000,
  personMessagesPerSecond: 1_000_000,
  personMessageBurst: 1_000_000,
};

/** Everything that lives as long as the server does. */
export interface Services {
  readonly workspace: Workspace;
  readonly relay: Relay;
  readonly log: UpdateLog;
  /** What the relay measures of its commits. */
  readonly relayTimes: RelayTimes;
  /** Work asked for and not answered yet, by whom it is asked of. */
  readonly queues: QueueDepths;
  readonly news: NewsHub;
  /** The link to the other nodes; null for one node alone. */
  readonly link: RedisLink | null;
  /** Null when mail is kept in the data folder. */
  readonly mailTransport: MailTransport | null;
  /** Names of the migrations that ran when the services were opened. */
  readonly migrated: readonly string[];
  /** Resolves when the database answers. */
  readonly checkDatabase: () => Promise<unknown>;
  /** Tells the address people use when the configuration left it to the port that was free. */
  setAddress(publicUrl: string): void;
  /** Starts what the first requests need but listening does not wait for. */
  warmUp(): Promise<void>;
  /** Ends the relay, then the log, then the database. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the store, brings it to this version, and starts the relay on its log. The data folder must
 * be taken already (`takeDataFolder`). `onFatal` is told when nothing can be stored any more: the
 * process must end then.
 */
export async function openServices(
  config: Pick<
    Config,
    'dataDir' | 'databaseUrl' | 'port' | 'publicUrl' | 'smtpUrl' | 'redisUrl' | 'hasLimits'
  >,
  options: { readonly logger: FastifyBaseLogger; readonly onFatal: (error: Error) => void },
): Promise<Services> {
  const { logger, onFatal: onGone } = options;
  const storage = await openStorage(config, { logger, onGone });
  const { db, log, migrated } = storage;
  const merger = createWorkerMerger({ onGone });
  const { hub: news, bus, link, close: closeNews } = await openNews(config, logger);
  const clock = systemClock;
  const relayTimes = createRelayTimes();
  const relay = createRelay({
    log,
    authority: createChapterAuthority(db, clock),
    clock,
    merger,
    logger,
    ...(bus === undefined ? {} : { bus }),
    limits: config.hasLimits ? {} : UNLIMITED_RATES,
    metrics: relayTimes,
  });
  news.subscribe((item) => {
    if (item.type === 'rights') for (const id of item.chapterIds) relay.poke(id);
    if (item.type === 'renamed') relay.rename(item.personId, item.name);
    if (item.type === 'sessions-ended') {
      if (item.sessionIds === null) relay.disconnect(item.personId);
      else for (const id of item.sessionIds) relay.disconnect(item.personId, { session: id });
    }
  });

  let address = config.publicUrl ?? `http://127.0.0.1:${config.port}`;
  const mailTransport = await openMailTransport(config.smtpUrl, address);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await relay.close();
    closeNews();
    await merger.close();
    await storage.close();
  };

  return {
    relay,
    log,
    relayTimes,
    queues: { ...storage.queues, merge: () => merger.pending },
    news,
    link,
    mailTransport,
    migrated,
    workspace: {
      db,
      clock,
      news,
      mailFolder: storage.mailFolder,
      sendsMail: config.smtpUrl !== null,
      files: storage.files,
      get publicUrl() {
        return address;
      },
    },
    checkDatabase: () => storage.checkDatabase(),
    warmUp: () => merger.warmUp(),
    setAddress(publicUrl) {
      address = publicUrl;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Loads the mail library only where mail is sent. */
async function openMailTransport(
  smtpUrl: string | null,
  publicUrl: string,
): Promise<MailTransport | null> {
  if (smtpUrl === null) return null;
  const { createSmtpTransport } = await import('./adapters/mail/smtp-transport.ts');
  return createSmtpTransport(smtpUrl, publicUrl);
}
