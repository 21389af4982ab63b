import { describe, expect, it } from 'vitest';
import { UnsentIndex } from './unsent-index.ts';

function shelf(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const CHAPTER = { chapterId: 'c1', documentId: 'd1', title: 'Methods' };

describe('the list of chapters with unsent changes', () => {
  it('belongs to one person', () => {
    const shared = shelf();
    new UnsentIndex('ana', shared).add(CHAPTER);
    expect(new UnsentIndex('ana', shared).list()).toEqual([CHAPTER]);
    expect(new UnsentIndex('ben', shared).list()).toEqual([]);
  });

  it('names a chapter once and forgets it when everything was sent', () => {
    const index = new UnsentIndex('ana', shelf());
    index.add(CHAPTER);
    index.add({ ...CHAPTER, title: 'Renamed' });
    expect(index.list()).toEqual([CHAPTER]);
    index.remove('c1');
    expect(index.list()).toEqual([]);
  });

  it('reads what is not its own as empty', () => {
    const broken = shelf();
    broken.setItem('plenary.unsent.ana', '{"chapterId":');
    expect(new UnsentIndex('ana', broken).list()).toEqual([]);
    broken.setItem('plenary.unsent.ana', '[{"chapterId":7},null,"x"]');
    expect(new UnsentIndex('ana', broken).list()).toEqual([]);
  });

  it('does without storage', () => {
    const refusing = {
      getItem: () => {
        throw new Error('switched off');
      },
      setItem: () => {
        throw new Error('switched off');
      },
      removeItem: () => undefined,
    };
    const index = new UnsentIndex('ana', refusing);
    index.add(CHAPTER);
    expect(index.list()).toEqual([]);
  });
});
