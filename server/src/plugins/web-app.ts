import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifyPlugin from 'fastify-plugin';
import { answerNotFound } from './problems.ts';

/** The page every address of the single-page application begins with. */
export const PAGE_FILE = '200.html';

/** Paths that are never answered with the page. */
const NOT_PAGES = /^\/(?:api|collab|socket\.io|_app|healthz|readyz|metrics)(?:\/|$)/;

/** Reads the page of a built web application; null when it was not built. */
export async function readPage(webRoot: string): Promise<string | null> {
  try {
    return await readFile(join(webRoot, PAGE_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Serves the built web application: files named by their content for ever, all else revalidated,
 * compressed copies where there are some, and the page for every address a person can open.
 */
export const webApp = fastifyPlugin(
  async (app, { webRoot }: { readonly webRoot: string | null }) => {
    if (webRoot === null) {
      app.setNotFoundHandler(answerNotFound);
      return;
    }
    await app.register(fastifyStatic, {
      root: webRoot,
      index: PAGE_FILE,
      preCompressed: true,
      schemaHide: true,
      cacheControl: false,
      setHeaders(reply, path) {
        const isImmutable = path.includes('/_app/immutable/');
        const age = isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache';
        reply.header('cache-control', age);
      },
    });
    app.setNotFoundHandler((request, reply) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const path = request.url.split('?', 1)[0]!;
      if (!isRead || NOT_PAGES.test(path)) return answerNotFound(request, reply);
      return reply.sendFile(PAGE_FILE);
    });
  },
  { name: 'web-app' },
);
