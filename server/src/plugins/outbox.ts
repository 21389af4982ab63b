import fastifyPlugin from 'fastify-plugin';
import { sendDueMails } from '../domain/mail/outbox.ts';
import type { MailTransport } from '../domain/ports.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { NewsHub } from '../news-hub.ts';

/** How often mails are looked for that nobody announced: retries, and those of admin commands. */
const LOOK_EVERY_MS = 15_000;

/**
 * Sends the outbox's mails as they come and again when they are due. Rounds never overlap; closing
 * waits for the one under way.
 */
export const outbox = fastifyPlugin(
  async (
    app,
    options: {
      readonly workspace: Workspace;
      readonly news: NewsHub;
      readonly transport: MailTransport;
    },
  ) => {
    const { workspace, news, transport } = options;
    // Whether a look was asked for while a round was under way, and whether the server is closing.
    const asked = { again: false, closing: false };
    let underWay: Promise<void> | null = null;

    const round = async (): Promise<void> => {
      do {
        asked.again = false;
        const { failures } = await sendDueMails(workspace, transport);
        for (const { mailId, cause } of failures) {
          app.log.warn({ err: cause, mailId }, 'a mail could not be sent');
        }
      } while (asked.again && !asked.closing);
    };
    const look = (): void => {
      asked.again = true;
      underWay ??= round()
        .catch((error: unknown) => app.log.error({ err: error }, 'the outbox failed'))
        .finally(() => {
          underWay = null;
        });
    };

    const timer = setInterval(look, LOOK_EVERY_MS);
    const unsubscribe = news.subscribe((item) => {
      if (item.type === 'mail-waiting') look();
    });
    app.addHook('onReady', async () => look());
    app.addHook('onClose', async () => {
      asked.closing = true;
      clearInterval(timer);
      unsubscribe();
      await underWay;
      transport.close();
    });
  },
  { name: 'outbox' },
);
