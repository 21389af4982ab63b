import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';

/** Upper bounds, in seconds. */
const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5];

/** Long polling waits on purpose, and those who watch are no visitors. */
const UNTIMED: ReadonlySet<string> = new Set(['/socket.io/', '/metrics', '/healthz', '/readyz']);

/** Times every request by the template of its route: never by its address, which holds ids. */
export function timeRequests(app: FastifyInstance): Histogram {
  const series = new Histogram({
    name: 'plenary_http_request_seconds',
    help: 'Time until a request was answered.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const { url, method: served } = routeOptions;
    if (url !== undefined && UNTIMED.has(url)) return;
    // A method that no route serves may be any word.
    const isServed = url !== undefined && served !== undefined;
    const labels = { method: isServed ? method : 'other', route: url ?? 'none' };
    series.observe({ ...labels, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  return series;
}
