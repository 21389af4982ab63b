import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { mathFromMarkdown } from 'mdast-util-math';
import type { RootContent } from 'mdast';
import { gfm } from 'micromark-extension-gfm';
import { math } from 'micromark-extension-math';
import * as Y from 'yjs';
import { ChapterModel, type BlockInput } from '@plenary/report-model';
import { blocksOf, type FileUrl } from './markdown-blocks.ts';
import { isPersonKey, type PersonKey } from './people.ts';

/** Bytes that one person adds to a chapter: a Yjs v1 update under a client id of that person's. */
export type SampleUpdate = { readonly personKey: PersonKey; readonly bytes: Uint8Array };

/** Blocks that one person wrote. */
type Passage = { readonly personKey: PersonKey; readonly blocks: readonly BlockInput[] };

const AUTHOR = /^<!-- by: (\w+) -->$/;

/**
 * The updates that make a chapter out of its Markdown, in the order in which they apply. A comment
 * `<!-- by: ana -->` says who wrote what follows. Throws on Markdown the sample should not contain.
 */
export function chapterUpdates(markdown: string, fileUrl: FileUrl): readonly SampleUpdate[] {
  const updates: SampleUpdate[] = [];
  const docs = new Map<PersonKey, Y.Doc>();
  for (const { personKey, blocks } of passagesOf(markdown, fileUrl)) {
    const doc = docs.get(personKey) ?? new Y.Doc();
    docs.set(personKey, doc);
    for (const { bytes } of updates) Y.applyUpdate(doc, bytes);
    const before = Y.encodeStateVector(doc);
    append(doc, blocks);
    updates.push({ personKey, bytes: Y.encodeStateAsUpdate(doc, before) });
  }
  return updates;
}

function passagesOf(markdown: string, fileUrl: FileUrl): readonly Passage[] {
  const root = fromMarkdown(markdown, {
    extensions: [gfm(), math()],
    mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown()],
  });
  const passages: { personKey: PersonKey; nodes: RootContent[] }[] = [];
  for (const node of root.children) {
    const author = node.type === 'html' ? AUTHOR.exec(node.value)?.[1] : undefined;
    if (author === undefined) {
      const passage = passages.at(-1);
      if (passage === undefined) throw new Error('a chapter of the sample begins with its author');
      passage.nodes.push(node);
    } else {
      if (!isPersonKey(author)) throw new Error(`nobody in the sample is called ${author}`);
      passages.push({ personKey: author, nodes: [] });
    }
  }
  return passages.map(({ personKey, nodes }) => ({ personKey, blocks: blocksOf(nodes, fileUrl) }));
}

/** Writes blocks at the end; the implicit empty paragraph of an untouched chapter goes. */
function append(doc: Y.Doc, blocks: readonly BlockInput[]): void {
  const model = new ChapterModel(doc);
  model.transact('sample', () => {
    const [first] = model.blocks;
    const isUntouched = model.blocks.length === 1 && first!.inlines.length === 0;
    model.insertBlocks(null, blocks, 'sample');
    if (isUntouched) model.deleteBlocks([first!.key], 'sample');
  });
  model.close();
}
