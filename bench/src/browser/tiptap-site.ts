import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import * as Y from 'yjs';
import { openClient, type Client } from '../clients/client.ts';
import { packageVersion } from '../peers/versions.ts';
import { firstWay } from '../peers/first-way.ts';
import { yWebsocket } from '../peers/y-websocket.ts';
import { CONTENTS, type Paragraphs, type Site } from './site.ts';

const PAGE = fileURLToPath(new URL('peer-page/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** A page with plain TipTap and y-websocket, built by Vite, with the same words in it. */
export async function startTiptapSite(paragraphs: Paragraphs): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'tiptap-bench-'));
  await build({
    root: PAGE,
    base: './',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  const relay = await yWebsocket.start({ inspect: false });
  const keepers: Client[] = [];
  for (const content of CONTENTS) {
    const client = await openClient(await firstWay(relay, content), {});
    client.send(client.dialect.update(updateOf(paragraphs[content])));
    keepers.push(client);
  }
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://own').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (bytes) => response.setHeader('Content-Type', TYPES[extname(file)] ?? '').end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = encodeURIComponent(`ws://127.0.0.1:${relay.process.port}`);
  return {
    name: 'tiptap + y-websocket',
    version: packageVersion(import.meta.resolve('@tiptap/core')),
    visit: (content) => ({
      url: `http://127.0.0.1:${port}/?server=${socket}&room=${content}`,
      cookies: [],
    }),
    stop: async () => {
      keepers.forEach((client) => client.end());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await relay.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function updateOf(paragraphs: readonly string[]): Uint8Array {
  const doc = new Y.Doc();
  const blocks = paragraphs.map((text) => {
    const block = new Y.XmlElement('paragraph');
    if (text !== '') block.insert(0, [new Y.XmlText(text)]);
    return block;
  });
  doc.getXmlFragment('default').insert(0, blocks);
  return Y.encodeStateAsUpdate(doc);
}
