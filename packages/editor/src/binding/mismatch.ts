import type { ChapterModel } from '@plenary/report-model';
import { Fragment, type Node } from '@tiptap/pm/model';
import { nodesOfBlocks } from './block-to-node.ts';

/**
 * Says where a page differs from the document it shows, or null when it does not: around the first
 * difference, both sides as text.
 */
export function findMismatch(doc: Node, model: ChapterModel): string | null {
  const shown = Fragment.from(nodesOfBlocks(model.blocks));
  const at = doc.content.findDiffStart(shown);
  if (at === null) return null;
  return `at ${at}: page ${describe(doc.content)}, document ${describe(shown)}`;
}

function describe(content: Fragment): string {
  return JSON.stringify(content.toJSON()).slice(0, 4_000);
}
