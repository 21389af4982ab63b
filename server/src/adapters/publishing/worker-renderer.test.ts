import { ChapterModel } from '@plenary/report-model';
import { expect, it, onTestFinished } from 'vitest';
import { Doc, encodeStateAsUpdate } from 'yjs';
import type { RenderRequest, ReportRenderer } from '../../domain/documents/export.ts';
import { createWorkerRenderer } from './worker-renderer.ts';

function renderer(): ReportRenderer {
  const created = createWorkerRenderer();
  onTestFinished(() => created.close());
  return created;
}

function requestWith(updates: readonly Uint8Array[]): () => Promise<RenderRequest> {
  const chapters = [{ title: 'One', updates }];
  return () =>
    Promise.resolve({
      format: 'md',
      language: 'en',
      title: 'Report',
      chapters,
      pictures: new Map(),
    });
}

function chapterSaying(text: string): Uint8Array {
  const doc = new Doc();
  const model = new ChapterModel(doc);
  const block = { type: 'paragraph', inlines: [{ kind: 'text', text, marks: {} }] } as const;
  model.insertBlocks(null, [block], 'test');
  model.close();
  return encodeStateAsUpdate(doc);
}

it('renders what the updates say', async () => {
  const result = await renderer().render(requestWith([chapterSaying('Cold water')]));
  expect(result.type === 'rendered' && result.text).toContain('Cold water');
});

it('a chapter that cannot be read fails its own export and no other', async () => {
  const both = renderer();
  const [broken, fine] = await Promise.all([
    both.render(requestWith([new Uint8Array([1, 2, 255, 255])])),
    both.render(requestWith([chapterSaying('Still here')])),
  ]);
  expect(broken.type).toBe('failed');
  expect(fine.type === 'rendered' && fine.text).toContain('Still here');
});

it('refuses when too many wait, and after closing', async () => {
  const busy = renderer();
  const answers = Array.from({ length: 20 }, () => busy.render(requestWith([])));
  await busy.close();
  const types = (await Promise.all(answers)).map((answer) => answer.type);
  expect(types.filter((type) => type === 'busy')).toHaveLength(3);
  expect(types.filter((type) => type === 'rendered')).toEqual([]);
  expect((await busy.render(requestWith([]))).type).toBe('busy');
});

it('a report is read at its turn: what waits is in nobody’s memory', async () => {
  const busy = renderer();
  const firstIsRead = Promise.withResolvers<void>();
  let reads = 0;
  const reading = async (): Promise<RenderRequest> => {
    reads += 1;
    await firstIsRead.promise;
    return requestWith([])();
  };
  const answers = Array.from({ length: 20 }, () => busy.render(reading));
  expect(await Promise.race(answers)).toEqual({ type: 'busy' });
  expect(reads).toBe(1);
  firstIsRead.resolve();
  await busy.close();
  await Promise.all(answers);
});
