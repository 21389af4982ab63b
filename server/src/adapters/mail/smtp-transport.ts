import { createTransport } from 'nodemailer';
import type { MailTransport } from '../../domain/ports.ts';

/** A mail server that does not answer is given up after this, and tried again later. */
const TIMEOUT_MS = 20_000;

/**
 * Sends mails through the server that `smtpUrl` names (`smtp://user:password@host:587`, `smtps://…`).
 * The sender is the `from` parameter of the URL, else `plenary@` the host of the public address.
 */
export function createSmtpTransport(smtpUrl: string, publicUrl: string): MailTransport {
  const url = new URL(smtpUrl);
  const from = url.searchParams.get('from') ?? `plenary@${new URL(publicUrl).hostname}`;
  url.searchParams.delete('from');
  const transport = createTransport({
    url: url.href,
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({
        from: { name: 'Plenary', address: from },
        to: { name: '', address: to },
        subject,
        text,
        // RFC 3834: asks auto-responders to stay silent.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close() {
      transport.close();
    },
  };
}
