import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import Fastify from 'fastify';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSmtpTransport } from '../src/adapters/mail/smtp-transport.ts';
import { sendDueMails } from '../src/domain/mail/outbox.ts';
import type { MailTransport } from '../src/domain/ports.ts';
import { outbox } from '../src/plugins/outbox.ts';
import { eventually, openApiWorld, PUBLIC_URL, type ApiWorld, type Caller } from './api-world.ts';

describe('mail', () => {
  const received: Email[] = [];
  let refuses: (address: string) => boolean = () => false;
  let smtp: SMTPServer;
  let transport: MailTransport;
  let world: ApiWorld;
  let chair: Caller;
  let smtpUrl: string;

  async function receive(stream: Readable): Promise<Error | null> {
    try {
      received.push(await PostalMime.parse(await buffer(stream)));
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error('unreadable', { cause: error });
    }
  }

  beforeAll(async () => {
    smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo(address, _session, callback) {
        callback(refuses(address.address) ? new Error('mailbox unavailable') : null);
      },
      onData(stream, _session, callback) {
        // The mail counts as received when it is in the list, so it is read before the answer.
        // oxlint-disable-next-line promise/no-callback-in-promise -- that is what the library takes
        void receive(stream).then(callback);
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    smtpUrl = `smtp://127.0.0.1:${port}`;
    transport = createSmtpTransport(smtpUrl, PUBLIC_URL);
    world = await openApiWorld({ sendsMail: true });
    chair = await world.caller('Chair');
  });
  beforeEach(async () => {
    received.length = 0;
    refuses = () => false;
    await world.workspace.db.deleteFrom('mails').execute();
  });
  afterAll(async () => {
    transport.close();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    await world.close();
  });

  const states = async (): Promise<string[]> => {
    const rows = await world.workspace.db.selectFrom('mails').select('state').execute();
    return rows.map((row) => row.state);
  };

  async function invite(email: string, title = 'Sensing'): Promise<void> {
    const { id } = (await world.call(chair, 'POST', '/activities', { title })).json();
    await world.call(chair, 'PUT', `/activities/${id}/members/${email}`, { role: 'member' });
  }

  it('[S12] the session tells that mail is sent, and without a mail server that it is not', async () => {
    expect((await world.call(chair, 'GET', '/session')).json().sendsMail).toBe(true);
    const without = await openApiWorld();
    try {
      const somebody = await without.caller('Ada');
      expect((await without.call(somebody, 'GET', '/session')).json().sendsMail).toBe(false);
    } finally {
      await without.close();
    }
  });

  it('[S3] an invitation arrives through the mail server, and its text is kept nowhere', async () => {
    await invite('a@example.org', 'Sensing in the littoral “zone”');
    const [row] = await world.workspace.db.selectFrom('mails').selectAll().execute();
    const round = await sendDueMails(world.workspace, transport);
    expect(round).toEqual({ sent: 1, failures: [] });
    const [mail] = received;
    expect(mail?.subject).toBe('Invitation: Sensing in the littoral “zone”');
    expect(mail?.from).toMatchObject({ name: 'Plenary', address: 'plenary@plenary.test' });
    expect(mail?.text).toMatch(/http:\/\/plenary\.test\/link#[\w-]{43}/);
    expect(await states()).toEqual(['sent']);
    expect(await world.workspace.mailFolder.read(row?.id ?? '')).toBeNull();
  });

  it('a title with line breaks or addresses in it adds no header and no recipient', async () => {
    const title = 'x, b@example.org, Bcc: c@example.org';
    await invite('d@example.org', title);
    await sendDueMails(world.workspace, transport);
    expect(received).toHaveLength(1);
    expect(received[0]?.subject).toBe(`Invitation: ${title}`);
    expect(received[0]?.to).toMatchObject([{ address: 'd@example.org' }]);
    expect(received[0]?.headers.map((header) => header.key)).not.toContain('bcc');
    const broken = await world.call(chair, 'POST', '/activities', {
      title: 'x\r\nBcc: e@example.org',
    });
    expect(broken.statusCode).toBe(422);
  });

  it('[S12] one bad address does not hold up others; it is tried again at growing distances, then given up', async () => {
    await invite('bad@example.org');
    const kept = await world.workspace.db.selectFrom('mails').selectAll().execute();
    await invite('good@example.org');
    refuses = (address) => address.startsWith('bad');
    const first = await sendDueMails(world.workspace, transport);
    expect(first.sent).toBe(1);
    expect(first.failures.map((failure) => failure.mailId)).toEqual([kept[0]?.id]);
    expect((await sendDueMails(world.workspace, transport)).failures).toEqual([]);
    let attempts = 1;
    while ((await states()).includes('waiting')) {
      world.pass(24 * 3_600_000);
      attempts += (await sendDueMails(world.workspace, transport)).failures.length;
      expect(attempts).toBeLessThan(20);
    }
    expect(attempts).toBe(7);
    expect((await states()).toSorted()).toEqual(['failed', 'sent']);
    // What could not be sent stays readable for an administrator.
    expect(await world.workspace.mailFolder.read(kept[0]?.id ?? '')).toContain('/link#');
  });

  it('[S12] the outbox sends as soon as there is something, and what an admin command left behind', async () => {
    await invite('left@example.org');
    const app = Fastify();
    const { workspace, news } = world;
    // The outbox closes the transport it was given.
    const own = createSmtpTransport(smtpUrl, PUBLIC_URL);
    await app.register(outbox, { workspace, news, transport: own });
    await app.ready();
    try {
      await eventually(() => expect(received).toHaveLength(1));
      await invite('now@example.org');
      await eventually(() => expect(received).toHaveLength(2));
    } finally {
      await app.close();
    }
  });

  it('[S12] several nodes that look at the same moment send each mail once', async () => {
    for (let i = 0; i < 6; i += 1) await invite(`p${i}@example.org`);
    const rounds = await Promise.all(
      Array.from({ length: 3 }, () => sendDueMails(world.workspace, transport)),
    );
    expect(rounds.reduce((sum, round) => sum + round.sent, 0)).toBe(6);
    expect(rounds.flatMap((round) => round.failures)).toEqual([]);
    expect(received.map((mail) => String(mail.to?.[0]?.address)).toSorted()).toEqual(
      Array.from({ length: 6 }, (_, i) => `p${i}@example.org`),
    );
  });

  it('[S12] a mail whose node ended while sending it is sent by another one later', async () => {
    await invite('slow@example.org');
    const { promise, resolve } = Promise.withResolvers<void>();
    const stuck = sendDueMails(world.workspace, { send: () => promise, close: () => undefined });
    await eventually(async () => {
      const row = await world.workspace.db.selectFrom('mails').selectAll().executeTakeFirst();
      expect(row?.next_attempt_at).toBeGreaterThan(Date.now() + 60_000);
    });
    expect(await sendDueMails(world.workspace, transport)).toEqual({ sent: 0, failures: [] });
    world.pass(600_000);
    expect(await sendDueMails(world.workspace, transport)).toEqual({ sent: 1, failures: [] });
    resolve();
    await stuck;
  });

  it('[S12] a mail that another node has not finished writing is not counted as failed', async () => {
    await invite('new@example.org');
    const row = await world.workspace.db.selectFrom('mails').selectAll().executeTakeFirstOrThrow();
    const text = (await world.workspace.mailFolder.read(row.id)) ?? '';
    await world.workspace.mailFolder.remove(row.id);
    expect(await sendDueMails(world.workspace, transport)).toEqual({ sent: 0, failures: [] });
    await world.workspace.mailFolder.write(row.id, text);
    world.pass(30_000);
    expect(await sendDueMails(world.workspace, transport)).toEqual({ sent: 1, failures: [] });
  });

  it('people are written to in their language', async () => {
    const reader = await world.caller('Lecteur');
    await world.call(reader, 'PATCH', '/me', { language: 'fr' });
    await world.workspace.db.deleteFrom('mails').execute();
    await invite(reader.email);
    await sendDueMails(world.workspace, transport);
    expect(received[0]?.subject).toBe('Vous participez à : Sensing');
  });
});
