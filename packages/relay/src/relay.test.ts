import { RelayStage, wordsOf } from '@plenary/testing';
import { describe, expect, it } from 'vitest';

describe('relay', () => {
  it('[R1] two stock clients write one text', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    ana.insert(0, 'hello ');
    await stage.settle();
    ben.insert(6, 'world');
    await stage.settle();
    expect(ana.text).toBe('hello world');
    expect(ben.text).toBe('hello world');
    expect(wordsOf(stage.logged())).toBe('hello world');
    const cleo = stage.stock('cleo');
    await stage.settle();
    expect(cleo.text).toBe('hello world');
    const own = stage.plenary('dan');
    own.open(stage.chapterId);
    await stage.settle();
    expect(wordsOf(own.read())).toBe('hello world');
    expect(own.last('opened').head).toBe(2);
    expect(stage.linesAt('error')).toEqual([]);
  });
});
