import type { Draft, LocalStore } from '@plenary/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';

/** What a `LocalStore` must offer to be tested: one person's disk, opened by several pages. */
export interface LocalStoreFixture {
  /** Opens the person's copies as one more page does. */
  open(): Promise<LocalStore>;
  /** Deletes everything the fixture made. */
  dispose(): Promise<void>;
}

const CHAPTER = 'chapter-1';
const GENERATION = 'generation-1';

/** A Yjs update that inserts `text` at the start of the root `body`. */
function typed(text: string): Uint8Array {
  const doc = new Doc();
  doc.getText('body').insert(0, text);
  return encodeStateAsUpdate(doc);
}

/** The words of a merged update, in the order of the alphabet. */
function letters(update: Uint8Array | null): string {
  const doc = new Doc();
  if (update !== null) applyUpdate(doc, update);
  return doc.getText('body').toJSON().split('').sort().join('');
}

function edit(text: string, generation = GENERATION) {
  return { generation, bytes: typed(text), changes: 1 };
}

function draft(id: string, at = 1): Draft {
  return { id, chapterId: CHAPTER, reason: 'frozen', at, state: typed(id) };
}

function arrived(text: string, from: number, position: number, generation = GENERATION) {
  return { generation, from, position, update: typed(text) };
}

/** The behaviour every `LocalStore` has, as tests. `create` gives a fresh, empty disk. */
export function describeLocalStoreContract(
  name: string,
  create: () => Promise<LocalStoreFixture>,
): void {
  describe(`LocalStore: ${name}`, () => {
    let fixture: LocalStoreFixture;
    let store: LocalStore;

    beforeEach(async () => {
      fixture = await create();
      store = await fixture.open();
    });

    afterEach(async () => {
      await store.close();
      await fixture.dispose();
    });

    it('an unknown chapter has no copy', async () => {
      expect(await store.load(CHAPTER)).toBeNull();
      expect((await store.peek(CHAPTER)).unsent).toEqual([]);
    });

    it('[W51] an unsent edit is there after the page was closed, with its count and history', async () => {
      const key = await store.addUnsent(CHAPTER, { ...edit('a'), changes: 14 });
      await store.close();
      store = await fixture.open();
      const copy = await store.load(CHAPTER);
      expect(copy?.unsent).toEqual([
        { key, generation: GENERATION, bytes: expect.any(Uint8Array), changes: 14 },
      ]);
      expect(letters(copy?.unsent[0]?.bytes ?? null)).toBe('a');
    });

    it('keys grow, also over closing and opening', async () => {
      const first = await store.addUnsent(CHAPTER, edit('a'));
      await store.acknowledge(CHAPTER, [first]);
      await store.close();
      store = await fixture.open();
      const second = await store.addUnsent('another chapter', edit('b'));
      const third = await store.addUnsent(CHAPTER, edit('c'));
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
    });

    it('unsent edits come back oldest first, each chapter its own', async () => {
      await store.addUnsent(CHAPTER, edit('a'));
      await store.addUnsent('another chapter', edit('x'));
      await store.addUnsent(CHAPTER, edit('b'));
      const copy = await store.load(CHAPTER);
      expect(copy?.unsent.map(({ bytes }) => letters(bytes))).toEqual(['a', 'b']);
    });

    it('what came from the server is merged, and the position goes on', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      await store.advance(CHAPTER, arrived('b', 3, 5));
      const copy = await store.load(CHAPTER);
      expect(copy).toMatchObject({ generation: GENERATION, position: 5 });
      expect(letters(copy?.base ?? null)).toBe('ab');
    });

    it('the position never goes back', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 5));
      await store.advance(CHAPTER, arrived('b', 2, 4));
      expect((await store.load(CHAPTER))?.position).toBe(5);
    });

    it('an advance with a gap before it is passed over', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      await store.advance(CHAPTER, arrived('b', 4, 6));
      const copy = await store.load(CHAPTER);
      expect(copy?.position).toBe(3);
      expect(letters(copy?.base ?? null)).toBe('a');
    });

    it('an advance of another history is passed over', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      await store.advance(CHAPTER, arrived('b', 0, 6, 'generation-2'));
      const copy = await store.load(CHAPTER);
      expect(copy).toMatchObject({ generation: GENERATION, position: 3 });
      expect(letters(copy?.base ?? null)).toBe('a');
    });

    it('an untouched chapter is remembered as such', async () => {
      await store.advance(CHAPTER, { generation: GENERATION, from: 0, position: 0, update: null });
      expect(await store.load(CHAPTER)).toMatchObject({
        generation: GENERATION,
        position: 0,
        base: null,
      });
    });

    it('many small parts give the same text as one', async () => {
      const words = Array.from({ length: 150 }, (_, at) => String.fromCodePoint(0x4e00 + at));
      for (const [at, word] of words.entries()) {
        await store.advance(CHAPTER, arrived(word, at, at + 1));
      }
      const copy = await store.load(CHAPTER);
      expect(copy?.position).toBe(150);
      expect(letters(copy?.base ?? null)).toBe(words.join(''));
    });

    it('an acknowledged edit leaves the unsent and joins the text', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      const first = await store.addUnsent(CHAPTER, edit('b'));
      await store.addUnsent(CHAPTER, edit('c'));
      await store.acknowledge(CHAPTER, [first]);
      const copy = await store.load(CHAPTER);
      expect(letters(copy?.base ?? null)).toBe('ab');
      expect(copy?.unsent.map(({ bytes }) => letters(bytes))).toEqual(['c']);
      expect(copy?.position).toBe(3);
    });

    it('acknowledging what is not there, or another chapter’s, changes nothing', async () => {
      const key = await store.addUnsent('another chapter', edit('b'));
      await store.acknowledge(CHAPTER, [key, key + 1_000]);
      expect((await store.load('another chapter'))?.unsent).toHaveLength(1);
    });

    it('an acknowledged edit of another history does not join the text', async () => {
      const key = await store.addUnsent(CHAPTER, edit('x', 'generation-0'));
      await store.advance(CHAPTER, arrived('a', 0, 3));
      await store.acknowledge(CHAPTER, [key]);
      const copy = await store.load(CHAPTER);
      expect(letters(copy?.base ?? null)).toBe('a');
      expect(copy?.unsent).toEqual([]);
    });

    it('[W42] edits set aside are exchanged for the draft at once', async () => {
      const first = await store.addUnsent(CHAPTER, edit('a'));
      await store.addUnsent(CHAPTER, edit('b'));
      const aside = draft('d1');
      await store.setAside(CHAPTER, [first], aside);
      const copy = await store.load(CHAPTER);
      expect(copy?.base).toBeNull();
      expect(copy?.unsent.map(({ bytes }) => letters(bytes))).toEqual(['b']);
      expect(copy?.drafts).toEqual([aside]);
    });

    it('[W41] another history replaces text and unsent edits, and keeps the drafts', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      const key = await store.addUnsent(CHAPTER, edit('b'));
      await store.setAside(CHAPTER, [], draft('d1', 1));
      await store.replace(CHAPTER, {
        generation: 'generation-2',
        keys: [key],
        draft: draft('d2', 2),
      });
      const copy = await store.load(CHAPTER);
      expect(copy).toMatchObject({
        generation: 'generation-2',
        position: 0,
        base: null,
        unsent: [],
      });
      expect(copy?.drafts.map(({ id }) => id)).toEqual(['d1', 'd2']);
    });

    it('[W41] edits that another page kept meanwhile are not replaced away', async () => {
      const own = await store.addUnsent(CHAPTER, edit('a'));
      await store.addUnsent(CHAPTER, edit('b'));
      await store.replace(CHAPTER, { generation: 'generation-2', keys: [own], draft: null });
      const copy = await store.load(CHAPTER);
      expect(copy?.unsent).toMatchObject([{ generation: GENERATION }]);
      expect(letters(copy?.unsent[0]?.bytes ?? null)).toBe('b');
    });

    it('[W41] replacing by the history that is there keeps its text and edits', async () => {
      await store.replace(CHAPTER, { generation: 'generation-2', keys: [], draft: null });
      await store.advance(CHAPTER, arrived('a', 0, 3, 'generation-2'));
      await store.addUnsent(CHAPTER, edit('b', 'generation-2'));
      await store.replace(CHAPTER, { generation: 'generation-2', keys: [], draft: draft('d1') });
      const copy = await store.load(CHAPTER);
      expect(copy?.position).toBe(3);
      expect(letters(copy?.base ?? null)).toBe('a');
      expect(copy?.unsent.map(({ bytes }) => letters(bytes))).toEqual(['b']);
    });

    it('[W43] replacing by no history leaves nothing but drafts', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      const key = await store.addUnsent(CHAPTER, edit('b'));
      await store.replace(CHAPTER, { generation: '', keys: [key], draft: draft('d1') });
      expect(await store.load(CHAPTER)).toMatchObject({
        generation: '',
        position: 0,
        base: null,
        unsent: [],
        drafts: [{ id: 'd1' }],
      });
    });

    it('a draft goes when it is removed', async () => {
      await store.setAside(CHAPTER, [], draft('d1'));
      await store.removeDraft(CHAPTER, 'd1');
      expect((await store.load(CHAPTER))?.drafts ?? []).toEqual([]);
    });

    it('size tells the bytes and chapters kept', async () => {
      expect(await store.size()).toEqual({ bytes: 0, chapters: 0 });
      const unsent = edit('a');
      const advance = arrived('b', 0, 1);
      await store.addUnsent(CHAPTER, unsent);
      await store.advance('another chapter', advance);
      expect(await store.size()).toEqual({
        bytes: unsent.bytes.length + advance.update.length,
        chapters: 2,
      });
    });

    it('[W53] another page hears of a change and sees it; the one that made it hears nothing', async () => {
      const other = await fixture.open();
      const own: string[] = [];
      store.watch((chapterId) => own.push(chapterId));
      const heard = new Promise<string>((resolve) => {
        other.watch(resolve);
      });
      await store.addUnsent(CHAPTER, edit('a'));
      expect(await heard).toBe(CHAPTER);
      expect((await other.peek(CHAPTER)).unsent).toHaveLength(1);
      expect(own).toEqual([]);
      await other.close();
    });

    it('[W56] dropping a chapter leaves nothing of it, drafts included', async () => {
      await store.advance(CHAPTER, arrived('a', 0, 3));
      await store.addUnsent(CHAPTER, edit('b'));
      await store.setAside(CHAPTER, [], draft('d1'));
      await store.addUnsent('another chapter', edit('c'));
      await store.drop(CHAPTER);
      expect(await store.load(CHAPTER)).toBeNull();
      expect(await store.load('another chapter')).not.toBeNull();
    });

    it('[W56] dropping everything closes the stores of all pages', async () => {
      const other = await fixture.open();
      await store.addUnsent(CHAPTER, edit('a'));
      await store.drop();
      await expect(store.addUnsent(CHAPTER, edit('b'))).rejects.toThrow();
      await expect(other.addUnsent(CHAPTER, edit('b'))).rejects.toThrow();
      store = await fixture.open();
      expect(await store.load(CHAPTER)).toBeNull();
      expect(await store.size()).toEqual({ bytes: 0, chapters: 0 });
    });
  });
}
