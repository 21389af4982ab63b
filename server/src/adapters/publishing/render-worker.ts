/** Worker thread that renders one report and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { toHtml, toJson, toMarkdown, type Report } from '@plenary/publishing';
import { readChapter } from '@plenary/report-model';
import { applyUpdate, Doc } from 'yjs';
import type { RenderRequest } from '../../domain/documents/export.ts';

function toReport({ title, chapters }: RenderRequest): Report {
  return {
    title,
    chapters: chapters.map((chapter) => {
      const doc = new Doc();
      for (const update of chapter.updates) applyUpdate(doc, update);
      return { title: chapter.title, chapter: readChapter(doc) };
    }),
  };
}

function render(request: RenderRequest): string {
  const report = toReport(request);
  const { format, language } = request;
  switch (format) {
    case 'md':
      return toMarkdown(report, { language });
    case 'html':
      return toHtml(report, { language, imageSource: (src) => embedded(request, src) });
    case 'json':
      return toJson(report);
    default:
      return format satisfies never;
  }
}

/** The picture itself instead of its address, so that the file stands alone. */
function embedded({ pictures }: RenderRequest, src: string): string {
  const picture = pictures.get(src);
  if (picture === undefined) return src;
  return `data:${picture.type};base64,${Buffer.from(picture.bytes).toString('base64')}`;
}

parentPort?.postMessage(render(workerData as RenderRequest)); // only the renderer starts this thread
