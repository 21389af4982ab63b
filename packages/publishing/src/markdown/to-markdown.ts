import type { Root, RootContent } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { mathToMarkdown } from 'mdast-util-math';
import { toMarkdown as write } from 'mdast-util-to-markdown';
import { nest } from '../nest.ts';
import { cleanLines } from '../normalise.ts';
import { LABELS, type ExportOptions, type Report, type ReportPart } from '../report.ts';
import { blockNodes, headingNode, unknownNode, type BlockContext } from './block-nodes.ts';

/**
 * Writes a report as GitHub-flavoured Markdown with `$…$` and `$$` mathematics. The title is a
 * heading of the first level, chapters of the second, headings in chapters follow. Reading the
 * result back gives the same text (docs/spec/export.md says what Markdown cannot hold).
 */
export function toMarkdown(report: Report, options: ExportOptions = {}): string {
  const context: BlockContext = {
    labels: LABELS[options.language ?? 'en'],
    imageSource: options.imageSource ?? ((src) => src),
  };
  const root: Root = {
    type: 'root',
    children: [
      headingNode(1, report.title),
      ...report.chapters.flatMap((part) => chapterNodes(part, context)),
    ],
  };
  return write(root, {
    bullet: '-',
    emphasis: '*',
    listItemIndent: 'one',
    resourceLink: true,
    rule: '-',
    extensions: [gfmToMarkdown({ tablePipeAlign: false }), mathToMarkdown()],
  });
}

function chapterNodes({ title, chapter }: ReportPart, context: BlockContext): RootContent[] {
  return [
    headingNode(2, title),
    ...blockNodes(nest(chapter.blocks), context),
    ...chapter.foreign.flatMap(({ name, description }) =>
      unknownNode(cleanLines(`${name}: ${description}`), context),
    ),
  ];
}
