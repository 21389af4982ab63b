import * as Y from 'yjs';
import { ChapterModel } from '@plenary/report-model';
import type { Client } from '../clients/client.ts';
import { openClient } from '../clients/client.ts';
import { startSample, type SampleServer } from '../peers/plenary-sample.ts';
import { traceDocument } from '../trace-document.ts';
import type { Paragraphs, Site } from './site.ts';

const STORE_TIMEOUT_MS = 10_000;

/**
 * Plenary with its sample and a second document holding the long text, and the paragraphs of both
 * for the page it is compared with.
 */
export async function startPlenarySite(): Promise<{ site: Site; paragraphs: Paragraphs }> {
  const server = await startSample();
  try {
    const sample = await server.sampleDocument();
    const paper = traceDocument().text.split('\n');
    const chapter = await server.createChapter('The automerge paper');
    await writeParagraphs(server, chapter.chapterId, paper);
    const documents = { sample: sample.id, paper: chapter.documentId };
    return {
      paragraphs: { sample: sample.paragraphs, paper },
      site: {
        name: 'plenary',
        version: server.version,
        visit: (content, person) => {
          const host = server.people[person]!;
          return { url: `${host.origin}/documents/${documents[content]}`, cookies: [host.cookie] };
        },
        stop: () => server.stop(),
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function writeParagraphs(
  server: SampleServer,
  chapterId: string,
  paragraphs: readonly string[],
): Promise<void> {
  const doc = new Y.Doc();
  const model = new ChapterModel(doc);
  const inputs = paragraphs.map((text) =>
    text === '' ? {} : { inlines: [{ kind: 'text', text } as const] },
  );
  model.insertContent({ block: model.blocks[0]!.key, offset: 0 }, inputs, 'bench');
  model.close();
  const update = Y.encodeStateAsUpdate(doc);
  const target = server.target(chapterId);
  let author: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the text was not stored')), STORE_TIMEOUT_MS);
      // the echo says that it is on disk
      openClient(target, { update: () => resolve() }).then((client) => {
        author = client;
        client.send(client.dialect.update(update));
      }, reject);
    });
  } finally {
    clearTimeout(timer!);
    author!.end();
  }
}
