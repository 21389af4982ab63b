import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { JSON_VERSION, toJson } from './json.ts';
import { someReport } from './testing/arbitrary-report.ts';

it('[X15] a reader gets the whole tree back', () => {
  fc.assert(
    fc.property(someReport, (report) => {
      const read: unknown = JSON.parse(toJson(report));
      expect(read).toEqual({
        format: 'plenary.report',
        version: JSON_VERSION,
        title: report.title,
        chapters: report.chapters.map(({ title, chapter }) => ({
          title,
          formatVersion: chapter.version,
          blocks: chapter.blocks,
          foreign: chapter.foreign,
        })),
      });
    }),
  );
});
