import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { OpenCounter } from '../domain/attempts.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/moments.ts';
import { ProblemError } from '../problem-error.ts';
import { personOf } from './authentication.ts';

/**
 * What one person may do in a window, so that nobody fills the disk, mails strangers without end, or
 * keeps a thread busy. Each is several times what a person at work does.
 */
const QUOTAS = {
  /** Activities, documents and chapters made; a report of 30 chapters is made by one call. */
  creations: { limit: 1_000, windowMs: HOUR_MS },
  /** People put into activities, each of whom may get a mail; a symposium has 300. */
  invitations: { limit: 500, windowMs: HOUR_MS },
  uploads: { limit: 300, windowMs: HOUR_MS },
  exports: { limit: 30, windowMs: MINUTE_MS },
  /** A page that opens a report of 30 chapters asks for a ticket each at most. */
  tickets: { limit: 600, windowMs: MINUTE_MS },
} as const;

/** A quota a route can name in its `config`. */
export type QuotaName = keyof typeof QUOTAS;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a call counts against, for the person who makes it. */
    quota?: QuotaName;
  }
}

/** Counts calls against the quota their route names. Register it only where limits apply. */
export const quotas = fastifyPlugin(
  async (app, { openCounter }: { readonly openCounter: OpenCounter }) => {
    const counters = new Map(
      Object.entries(QUOTAS).map(([name, { windowMs }]) => [name, openCounter(name, windowMs)]),
    );
    app.addHook('preHandler', async (request: FastifyRequest) => {
      const { quota } = request.routeOptions.config;
      const counter = counters.get(quota ?? '');
      if (quota === undefined || counter === undefined) return;
      const { personId } = personOf(request);
      if (await counter.begin([{ key: personId, limit: QUOTAS[quota].limit }])) return;
      throw new ProblemError('rate_limited', { retryAfter: counter.secondsLeft() });
    });
  },
  { name: 'quotas', dependencies: ['authentication'] },
);
