import type { Block, ForeignRoot } from '@plenary/report-model';
import type { Report } from './report.ts';

/** Version of the JSON shape; it grows when something is removed or changes its meaning. */
export const JSON_VERSION = 1;

/** The JSON form of a report (docs/spec/export.md). Blocks have the shape that the model gives them. */
export type ReportJson = {
  readonly format: 'plenary.report';
  readonly version: typeof JSON_VERSION;
  readonly title: string;
  readonly chapters: readonly {
    readonly title: string;
    /** Version of the document format the chapter is written in. */
    readonly formatVersion: number;
    readonly blocks: readonly Block[];
    readonly foreign: readonly ForeignRoot[];
  }[];
};

/** Writes a report as JSON, losing nothing: two spaces of indentation and a final newline. */
export function toJson(report: Report): string {
  const json: ReportJson = {
    format: 'plenary.report',
    version: JSON_VERSION,
    title: report.title,
    chapters: report.chapters.map(({ title, chapter }) => ({
      title,
      formatVersion: chapter.version,
      blocks: chapter.blocks,
      foreign: chapter.foreign,
    })),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
