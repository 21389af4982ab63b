import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { countWords, readChapter, type Block } from '@plenary/report-model';
import { toHtml, toMarkdown, type Report } from '@plenary/publishing';
import { readSample } from './sample.ts';

const [document] = readSample().documents;
const built = document!.chapters.map((chapter) => ({
  title: chapter.title,
  updates: chapter.updates((name) => `/files/${name}`),
}));
const report: Report = {
  title: document!.title,
  chapters: built.map(({ title, updates }) => {
    const doc = new Y.Doc();
    updates.forEach(({ bytes }) => Y.applyUpdate(doc, bytes));
    return { title, chapter: readChapter(doc) };
  }),
};
const blocks = report.chapters.flatMap(({ chapter }) => chapter.blocks);

function count(type: Block['type']): number {
  return blocks.filter((block) => block.type === type).length;
}

describe('the sample report', () => {
  it('is long enough to be worth editing', () => {
    const words = report.chapters.reduce((sum, { chapter }) => sum + countWords(chapter), 0);
    expect(report.chapters.length).toBeGreaterThanOrEqual(5);
    expect(words).toBeGreaterThan(5_000);
  });

  it('has one of everything', () => {
    expect(count('table')).toBe(8);
    expect(count('equation')).toBeGreaterThanOrEqual(8);
    expect(count('image')).toBe(4);
    expect(count('code')).toBe(2);
    expect(blocks.some((block) => block.quote === 1)).toBe(true);
    for (const list of ['bullet', 'ordered'] as const) {
      expect(blocks.some((block) => block.list === list)).toBe(true);
    }
    const inlines = blocks.flatMap((block) => block.inlines.map((inline) => inline.kind));
    expect(inlines.filter((kind) => kind === 'math').length).toBeGreaterThanOrEqual(8);
  });

  it('has no empty block, nothing unknown, and a caption for every table and figure', () => {
    for (const { chapter } of report.chapters) expect(chapter.foreign).toEqual([]);
    expect(count('unknown')).toBe(0);
    for (const block of blocks) expect(block.inlines.length, block.type).toBeGreaterThan(0);
  });

  it('shows the pictures that come with it', () => {
    const shown = blocks.flatMap((block) => (block.type === 'image' ? [block.src] : []));
    expect(shown).toEqual(document!.files.map((file) => `/files/${file.name}`));
    for (const file of document!.files) {
      expect(file.bytes.subarray(1, 4).toString()).toBe('PNG');
      expect(file.bytes.length).toBeLessThan(60_000);
    }
  });

  it('is written by all three, each under client ids of their own', () => {
    for (const { updates } of built) {
      const owners = new Map<number, string>();
      for (const { personKey, bytes } of updates) {
        for (const struct of Y.decodeUpdate(bytes).structs) {
          const { client } = struct.id;
          expect(owners.get(client) ?? personKey).toBe(personKey);
          owners.set(client, personKey);
        }
      }
    }
    const authors = new Set(
      built.flatMap(({ updates }) => updates.map((update) => update.personKey)),
    );
    expect([...authors].sort()).toEqual(['ana', 'bjorn', 'chiyo']);
  });

  it('has mathematics that can be set', () => {
    expect(toHtml(report)).not.toContain('class="tex"');
    expect(toMarkdown(report)).toContain('$c = 1490 \\pm 2$');
  });
});
