import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problems } from './problems.ts';
import { inlineScriptHashes, securityHeaders } from './security-headers.ts';
import { readPage, webApp } from './web-app.ts';

const PAGE = '<!doctype html><script src="/a.js"></script><script>\n  start();\n</script>';
const SCRIPT = 'export const x = 1;\n'.repeat(50);

let webRoot: string;
let app: FastifyInstance;

beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), 'plenary-web-'));
  mkdirSync(join(webRoot, '_app/immutable'), { recursive: true });
  writeFileSync(join(webRoot, '200.html'), PAGE);
  writeFileSync(join(webRoot, 'icon.svg'), '<svg/>');
  writeFileSync(join(webRoot, '_app/immutable/start.abc.js'), SCRIPT);
  writeFileSync(join(webRoot, '_app/immutable/start.abc.js.br'), brotliCompressSync(SCRIPT));
  app = Fastify();
  await app.register(problems);
  await app.register(securityHeaders, { page: PAGE, isHttps: true });
  await app.register(webApp, { webRoot });
});

afterAll(async () => {
  await app.close();
  rmSync(webRoot, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('the web application', () => {
  it.each(['/', '/activities/1', '/link', '/a.b/c'])('begins with its page at %s', async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.body).toBe(PAGE);
    expect(response.headers['cache-control']).toBe('no-cache');
  });

  it('keeps files named by their content for ever, and sends the compressed copy', async () => {
    const url = '/_app/immutable/start.abc.js';
    const plain = await get(url);
    expect(plain.body).toBe(SCRIPT);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const packed = await get(url, { 'accept-encoding': 'br' });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(packed.headers['content-type']).toMatch(/javascript/);
    expect(packed.rawPayload.length).toBeLessThan(SCRIPT.length);
  });

  it('revalidates what has a fixed name', async () => {
    const first = await get('/icon.svg');
    expect(first.headers['cache-control']).toBe('no-cache');
    const second = await get('/icon.svg', { 'if-none-match': String(first.headers.etag) });
    expect(second.statusCode).toBe(304);
  });

  it.each(['/api/v1/nothing', '/_app/immutable/gone.js', '/collab/x', '/socket.io/x'])(
    'does not answer %s with the page',
    async (url) => {
      const response = await get(url);
      expect(response.statusCode).toBe(404);
      expect(response.headers['content-type']).toMatch(/^application\/problem\+json\b/);
      expect(response.json()).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  it.each(['/icon.svg%00', '/a%00b'])(
    'has nothing at %s, an address that no file may have',
    async (url) => {
      const response = await get(url);
      expect([response.statusCode, response.json().code]).toEqual([404, 'not_found']);
    },
  );

  it('answers other methods than reading with a problem', async () => {
    const response = await app.inject({ method: 'POST', url: '/activities/1' });
    expect(response.statusCode).toBe(404);
  });

  it('is absent where it was not built', async () => {
    expect(await readPage(join(webRoot, 'nothing'))).toBeNull();
    const bare = Fastify();
    await bare.register(webApp, { webRoot: null });
    expect((await bare.inject('/')).statusCode).toBe(404);
    await bare.close();
  });
});

describe('the content security policy', () => {
  it('allows the inline script of the page by its hash, and no other', async () => {
    const policy = String((await get('/')).headers['content-security-policy']);
    const hash = createHash('sha256').update('\n  start();\n').digest('base64');
    expect(inlineScriptHashes(PAGE)).toEqual([`'sha256-${hash}'`]);
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy).toContain("style-src 'self';style-src-attr 'unsafe-inline'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  });

  it('lets no page frame it, and asks for HTTPS where it is served so', async () => {
    const { headers } = await get('/');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['strict-transport-security']).toMatch(/^max-age=/);
    const plain = Fastify();
    await plain.register(securityHeaders, { page: null, isHttps: false });
    plain.get('/', () => 'x');
    expect((await plain.inject('/')).headers['strict-transport-security']).toBeUndefined();
    await plain.close();
  });
});
