import rateLimit from '@fastify/rate-limit';
import fastifyPlugin from 'fastify-plugin';
import { networkOf } from '../domain/sign-in/network-of.ts';
import { ProblemError } from '../problem-error.ts';

/**
 * API calls a minute from one address. A conference hall of 300 people behind one address, each
 * opening a report of 30 chapters, stays below it; a script gone wild does not. Signing in has
 * narrower limits of its own.
 */
const CALLS_PER_MINUTE = 12_000;

/** Addresses remembered at once; the least recently seen leave. */
const MAX_ADDRESSES = 20_000;

/** A coarse limit for the API per address; switched off by `LIMITS=off`. */
export const apiRateLimit = fastifyPlugin(
  async (app, { hasLimits }: { readonly hasLimits: boolean }) => {
    await app.register(rateLimit, {
      max: CALLS_PER_MINUTE,
      timeWindow: 60_000,
      cache: MAX_ADDRESSES,
      keyGenerator: ({ ip }) => networkOf(ip),
      allowList: (request) => !hasLimits || !request.url.startsWith('/api/'),
      errorResponseBuilder: (_request, { ttl }) =>
        new ProblemError('rate_limited', { retryAfter: Math.max(1, Math.ceil(ttl / 1000)) }),
    });
  },
  { name: 'api-rate-limit' },
);
