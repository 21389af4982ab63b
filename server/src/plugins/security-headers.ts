import { createHash } from 'node:crypto';
import helmet from '@fastify/helmet';
import fastifyPlugin from 'fastify-plugin';

/** What the headers depend on. */
export interface SecurityHeadersOptions {
  /** The page of the web application; its inline scripts are allowed by their hashes. */
  readonly page: string | null;
  /** Whether people reach the server over HTTPS. */
  readonly isHttps: boolean;
}

/**
 * Headers that keep a browser to this origin: a strict content security policy (scripts from here
 * and by hash, inline style as attributes only), no framing, no sniffing, no outside referrer.
 */
export const securityHeaders = fastifyPlugin(
  async (app, { page, isHttps }: SecurityHeadersOptions) => {
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'", ...inlineScriptHashes(page ?? '')],
          scriptSrcAttr: ["'none'"],
          styleSrc: ["'self'"],
          // Typesetting positions its boxes with style attributes.
          styleSrcAttr: ["'unsafe-inline'"],
          imgSrc: ["'self'", 'data:', 'blob:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      // Only where it is true: on plain HTTP it would lock people out of a test installation.
      strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    });
  },
  { name: 'security-headers' },
);

/** CSP sources for the inline scripts of a page, in their order. */
export function inlineScriptHashes(page: string): string[] {
  const scripts = page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return [...scripts].map(([, code]) => {
    const hash = createHash('sha256').update(code!).digest('base64');
    return `'sha256-${hash}'`;
  });
}
