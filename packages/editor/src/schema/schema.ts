import { Schema } from '@tiptap/pm/model';
import { blockSpecs } from './blocks.ts';
import { inlineSpecs } from './inlines.ts';
import { markSpecs } from './marks.ts';
import { tableSpecs } from './table.ts';

/**
 * The editor's schema: as flat as the document's format. A chapter is a list of blocks; lists and
 * quotes are attributes of blocks, not nodes around them, so that wrapping, lifting and joining
 * never touch a text (docs/spec/document-format.md).
 */
export const chapterSchema = new Schema({
  nodes: {
    doc: { content: '(block | table_block)+' },
    ...blockSpecs,
    ...tableSpecs,
    ...inlineSpecs,
  },
  marks: markSpecs,
});
