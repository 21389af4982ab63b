import * as Y from 'yjs';
import { ChapterModel } from './model.ts';
import { readChapter } from './read.ts';
import { blocksOf, inlineText } from './text.ts';
import type { Block, BlockInput } from './types.ts';

/** The origin of what the person of a test does. */
export const ME = 'me';

/** Somebody with a copy of the chapter. */
export interface Copy {
  readonly doc: Y.Doc;
  readonly model: ChapterModel;
}

/** A new copy with a fixed Yjs client id. */
export function copy(client: number): Copy {
  const doc = new Y.Doc();
  doc.clientID = client;
  return { doc, model: new ChapterModel(doc) };
}

/** Two copies of a chapter with these paragraphs; the first person wrote them. */
export function twoCopies(...texts: readonly string[]): [Copy, Copy] {
  const first = copy(1);
  const second = copy(2);
  write(first, ...texts.map((text) => paragraph(text)));
  exchange(first, second);
  return [first, second];
}

/** A block to insert with plain text. */
export function paragraph(text: string): BlockInput {
  return { inlines: text === '' ? [] : [{ kind: 'text', text }] };
}

/** Fills an empty chapter: the first block is the head. */
export function write({ model }: Copy, ...blocks: readonly BlockInput[]): void {
  const [first] = blocks;
  if (first?.table) throw new TypeError('the head is no table');
  if (first) model.setBlocks(['head'], first, ME);
  model.insertContent({ block: 'head', offset: 0 }, blocks, ME);
}

/** Everything each copy has reaches all others. */
export function exchange(...copies: readonly Copy[]): void {
  for (const from of copies) {
    for (const to of copies) {
      if (from === to) continue;
      const update = Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc));
      Y.applyUpdate(to.doc, update, 'network');
    }
  }
}

/** The text of each block, those in cells after their table's. */
export function lines({ doc }: Copy): string[] {
  return [...blocksOf(readChapter(doc).blocks)].map((block) => inlineText(block.inlines));
}

/** The key of the n-th block of the body. */
export function keyAt({ model }: Copy, index: number): string {
  return blockAt(model.blocks, index).key;
}

/** The n-th block. */
export function blockAt(blocks: readonly Block[], index: number): Block {
  const block = blocks[index];
  if (!block) throw new RangeError(`there is no block ${index}`);
  return block;
}

/** The cells' texts of the table at an index of the body, row by row. */
export function cellTexts({ doc }: Copy, index: number): string[][] {
  const block = blockAt(readChapter(doc).blocks, index);
  if (block.type !== 'table') throw new TypeError('that block is no table');
  return block.grid.cells.map((row) =>
    row.map((cell) => cell.blocks.map((inner) => inlineText(inner.inlines)).join('|')),
  );
}

/** A table to insert with one paragraph in each cell. */
export function table(...rows: readonly (readonly string[])[]): BlockInput {
  return {
    table: {
      rows: rows.map((cells) => ({
        cells: cells.map((text) => (text === '' ? [] : [paragraph(text)])),
      })),
    },
  };
}
